using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

public sealed class BusConnectionTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private PrivateBus _bus = null!;
    private BusServer _server = null!;
    private BusConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _server = await EchoService.StartAsync(_bus);
        _connection = await BusConnection.ConnectAsync(
            new BusAddress(_bus.Address, "the test's bus"), new BusConnectionOptions { Time = _time }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("kubelet.service")]
    [InlineData("grün, 日本, 🙂")]
    public async Task CallAsync_Text_ComesBackUnchanged(string text) =>
        Assert.Equal(text, await EchoService.EchoAsync(_connection, text));

    [Fact]
    public async Task CallAsync_MegabyteOfText_ComesBackUnchanged()
    {
        var text = new string('x', 1 << 20);

        Assert.Equal(text, await EchoService.EchoAsync(_connection, text));
    }

    [Fact]
    public async Task CallAsync_ManyAtOnceFromManyThreads_EachGetsItsOwnAnswer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => EchoService.EchoAsync(_connection, $"call {i}"))));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"call {i}"), answers);
    }

    [Fact]
    public async Task CallAsync_ErrorReply_CarriesNameDestinationAndMethod()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => _connection.CallAsync(EchoService.Call("Refuse"), CancellationToken.None));

        Assert.Equal(LinuxErrors.BusCallFailed, error.Code);
        var reply = Assert.IsType<DBusException>(error.InnerException);
        Assert.Equal(
            ("org.example.Error.Refused", "no such thing here", EchoService.Name, "org.example.Iface.Refuse"),
            (reply.ErrorName, reply.ErrorMessage, reply.Destination, reply.Method));
        Assert.Contains("org.example.Error.Refused", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallAsync_ServiceNotThere_ServiceUnavailable()
    {
        var call = EchoService.Call("Echo") with { Destination = "org.example.None" };

        var error = await Assert.ThrowsAsync<AgentException>(() => _connection.CallAsync(call, CancellationToken.None));

        Assert.Equal(LinuxErrors.BusServiceUnavailable, error.Code);
        Assert.Equal("org.freedesktop.DBus.Error.ServiceUnknown", DBusErrors.NameOf(error));
    }

    [Fact]
    public async Task CallAsync_ServiceLeavesWithoutAnswer_ServiceUnavailable()
    {
        var call = _connection.CallAsync(EchoService.Call("Hang"), CancellationToken.None);
        await EchoService.EchoAsync(_connection, "the call before has arrived");

        await _server.DisposeAsync();

        var error = await Assert.ThrowsAsync<AgentException>(() => call);
        Assert.Equal((LinuxErrors.BusServiceUnavailable, "org.freedesktop.DBus.Error.NoReply"), (error.Code, DBusErrors.NameOf(error)));
    }

    [Fact]
    public async Task CallAsync_NoAnswerInTime_TimeoutThatNamesTheCall()
    {
        var call = _connection.CallAsync(EchoService.Call("Hang") with { Timeout = TimeSpan.FromSeconds(3) }, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(3));

        var error = await Assert.ThrowsAsync<AgentException>(() => call);
        Assert.Equal(LinuxErrors.BusCallTimeout, error.Code);
        Assert.Contains("org.example.Iface.Hang of org.example.Echo", error.What, StringComparison.Ordinal);
        Assert.Equal("still there", await EchoService.EchoAsync(_connection, "still there"));
    }

    [Fact]
    public async Task CallAsync_Cancelled_EndsAtOnceAndTheConnectionStays()
    {
        using var cancel = new CancellationTokenSource();
        var call = _connection.CallAsync(EchoService.Call("Hang"), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("still there", await EchoService.EchoAsync(_connection, "still there"));
    }

    [Fact]
    public async Task CallAsync_AnswerOfAnotherShape_MalformedAndTheConnectionStays()
    {
        var call = EchoService.Call("Sum", w =>
        {
            w.WriteUInt32(2);
            w.WriteUInt32(3);
        });

        var error = await Assert.ThrowsAsync<AgentException>(() => _connection.CallAsync(call, r => r.ReadString(), CancellationToken.None));

        Assert.Equal(LinuxErrors.BusMessageMalformed, error.Code);
        Assert.Equal(5u, await _connection.CallAsync(call, r => r.ReadUInt32(), CancellationToken.None));
    }

    [Fact]
    public async Task CallAsync_AnswerTooShort_Malformed()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => _connection.CallAsync(EchoService.Call("Nothing"), r => r.ReadString(), CancellationToken.None));

        Assert.Equal(LinuxErrors.BusMessageMalformed, error.Code);
    }

    [Fact]
    public async Task CallAsync_FaultInReaderOrWriter_IsTheCallersAndTheConnectionStays()
    {
        await Assert.ThrowsAsync<FormatException>(() => _connection.CallAsync<int>(
            EchoService.Call("Nothing"), _ => throw new FormatException(), CancellationToken.None));
        await Assert.ThrowsAsync<FormatException>(() => _connection.CallAsync(
            EchoService.Call("Echo", _ => throw new FormatException()), CancellationToken.None));

        Assert.Equal("still there", await EchoService.EchoAsync(_connection, "still there"));
    }

    [Fact]
    public async Task CallAsync_InvalidPath_ArgumentInvalidAndNothingIsSent()
    {
        var error = await Assert.ThrowsAsync<AgentException>(
            () => _connection.CallAsync(EchoService.Call("Echo") with { Path = "no path" }, CancellationToken.None));

        Assert.Equal(LinuxErrors.BusArgumentInvalid, error.Code);
    }

    [Fact]
    public async Task CallAsync_TextWithNul_ArgumentInvalid()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => EchoService.EchoAsync(_connection, "a\0b"));

        Assert.Equal(LinuxErrors.BusArgumentInvalid, error.Code);
        Assert.Equal("still there", await EchoService.EchoAsync(_connection, "still there"));
    }

    [Fact]
    public async Task Ended_BusKilled_PendingCallsFailAndLaterOnesAtOnce()
    {
        var call = _connection.CallAsync(EchoService.Call("Hang"), CancellationToken.None);
        await EchoService.EchoAsync(_connection, "the call before has arrived");

        await _bus.KillAsync();

        Assert.Equal(LinuxErrors.BusConnectionLost, (await Assert.ThrowsAsync<AgentException>(() => call)).Code);
        Assert.Equal(LinuxErrors.BusConnectionLost, (await _connection.Ended).Code);
        Assert.Equal(LinuxErrors.BusConnectionLost, (await Assert.ThrowsAsync<AgentException>(() => EchoService.EchoAsync(_connection, ""))).Code);
    }

    [Fact]
    public async Task DisposeAsync_WithPendingCalls_FailsThemAndMayBeRepeated()
    {
        var call = _connection.CallAsync(EchoService.Call("Hang"), CancellationToken.None);

        await _connection.DisposeAsync();
        await _connection.DisposeAsync();

        Assert.Equal(LinuxErrors.BusConnectionLost, (await Assert.ThrowsAsync<AgentException>(() => call)).Code);
        Assert.Equal(LinuxErrors.BusConnectionLost, (await Assert.ThrowsAsync<AgentException>(() => EchoService.EchoAsync(_connection, ""))).Code);
    }

    [Fact]
    public async Task Dispatch_CallFromOutside_IsRefused()
    {
        var name = await _connection.CallAsync(
            new BusCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames"),
            r =>
            {
                var names = new List<string>();
                r.EnterArray("s");
                while (r.HasNext('s'))
                    names.Add(r.ReadString());
                return names;
            },
            CancellationToken.None);
        await using var stranger = await BusConnection.ConnectAsync(new BusAddress(_bus.Address, "a stranger's"), new BusConnectionOptions(), CancellationToken.None);

        var error = await Assert.ThrowsAsync<AgentException>(() => stranger.CallAsync(
            EchoService.Call("Anything") with { Destination = name.Last(n => n.StartsWith(':')) }, CancellationToken.None));

        Assert.Equal("org.freedesktop.DBus.Error.UnknownObject", DBusErrors.NameOf(error));
    }
}
