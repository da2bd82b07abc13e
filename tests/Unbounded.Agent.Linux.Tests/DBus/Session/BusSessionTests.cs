using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Session;

public sealed class BusSessionTests : IAsyncLifetime
{
    private static readonly SignalMatch Ping = new("org.example.Iface", "Ping", "/org/example");
    private PrivateBus _bus = null!;
    private BusServer _server = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _server = await EchoService.StartAsync(_bus);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task SubscribeAsync_Signal_IsDelivered()
    {
        await using var session = NewSession();
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);

        await PingAsync("one");

        Assert.Equal("one", await sink.NextAsync(Limit));
    }

    [Fact]
    public async Task SubscribeAsync_SignalOfAnotherObjectOrMember_IsNot()
    {
        await using var session = NewSession();
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);

        await _server.EmitAsync("/org/other", Ping.Interface, Ping.Member, w => w.WriteString("other object"));
        await _server.EmitAsync("/org/example", Ping.Interface, "Pong", w => w.WriteString("other member"));
        await _server.EmitAsync("/org/example", "org.example.Other", "Ping", w => w.WriteString("other interface"));
        await PingAsync("mine");

        Assert.Equal("mine", await sink.NextAsync(Limit));
    }

    [Fact]
    public async Task SubscribeAsync_Twice_EachGetsTheSignalOnceAndFromItsFront()
    {
        await using var session = NewSession();
        var (one, two) = (new RecordingSink(), new RecordingSink());
        using var first = await session.SubscribeAsync(Ping, one, Limit);
        using var second = await session.SubscribeAsync(Ping, two, Limit);

        await PingAsync("a");
        await PingAsync("b");

        Assert.Equal(("a", "b"), (await one.NextAsync(Limit), await one.NextAsync(Limit)));
        Assert.Equal(("a", "b"), (await two.NextAsync(Limit), await two.NextAsync(Limit)));
    }

    [Fact]
    public async Task Dispose_OneOfTwoSubscriptions_TheOtherStays()
    {
        await using var session = NewSession();
        var (one, two) = (new RecordingSink(), new RecordingSink());
        var first = await session.SubscribeAsync(Ping, one, Limit);
        using var second = await session.SubscribeAsync(Ping, two, Limit);

        first.Dispose();
        await PingAsync("after");

        Assert.Equal("after", await two.NextAsync(Limit));
        Assert.True(one.IsEmpty);
    }

    [Fact]
    public async Task OnSignal_UnreadableBody_IsToldAsGap()
    {
        await using var session = NewSession();
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);

        await _server.EmitAsync(Ping.Path!, Ping.Interface, Ping.Member, w => w.WriteUInt32(7));

        Assert.Equal(RecordingSink.Gap, await sink.NextAsync(Limit));
        await PingAsync("readable");
        Assert.Equal("readable", await sink.NextAsync(Limit));
    }

    [Fact]
    public async Task Subscription_BusIsRestarted_GapIsToldThenSignalsComeAgain()
    {
        await using var session = NewSession();
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);

        await RestartBusAsync();

        Assert.Equal(RecordingSink.Gap, await sink.NextAsync(Limit));
        await PingAsync("after");
        Assert.Equal("after", await sink.NextButGapsAsync(Limit));
    }

    [Fact]
    public async Task Subscription_ServiceGetsANewOwner_GapIsToldThenItsSignalsCount()
    {
        await using var session = NewSession();
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);
        await using var successor = await BusServer.StartAsync(_bus.Address, null, static _ => new Answer());

        await _server.ReleaseAsync(EchoService.Name);
        await successor.OwnAsync(EchoService.Name);

        Assert.Equal(RecordingSink.Gap, await sink.NextAsync(Limit));
        await PingAsync("of the old owner");
        await successor.EmitAsync(Ping.Path!, Ping.Interface, Ping.Member, w => w.WriteString("of the new owner"));
        Assert.Equal("of the new owner", await sink.NextButGapsAsync(Limit));
    }

    [Fact]
    public async Task OnFound_FirstTimeAndEachReturn_IsRunBeforeTheGapIsTold()
    {
        var found = 0;
        await using var session = NewSession(o => o with { OnFound = (_, _) => Task.FromResult(Interlocked.Increment(ref found)) });
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);
        Assert.Equal(1, found);

        await RestartBusAsync();
        await sink.NextAsync(Limit);

        Assert.True(found >= 2);
    }

    [Fact]
    public async Task OnFound_RefusedAfterAReturn_ConnectsAnewUntilItIsNot()
    {
        var found = 0;
        var refusal = new AgentException(LinuxErrors.BusAccessDenied, "Subscribing failed", "denied", "Ask again");
        await using var session = NewSession(o => o with
        {
            OnFound = (_, _) => Interlocked.Increment(ref found) is 2 or 3 ? throw refusal : Task.CompletedTask,
        });
        var sink = new RecordingSink();
        using var subscription = await session.SubscribeAsync(Ping, sink, Limit);
        await using var successor = await BusServer.StartAsync(_bus.Address, null, static _ => new Answer());

        await _server.ReleaseAsync(EchoService.Name);
        await successor.OwnAsync(EchoService.Name);

        Assert.Equal(RecordingSink.Gap, await sink.NextAsync(Limit));
        await successor.EmitAsync(Ping.Path!, Ping.Interface, Ping.Member, w => w.WriteString("heard"));
        Assert.Equal("heard", await sink.NextButGapsAsync(Limit));
    }

    [Fact]
    public async Task CallAsync_ServiceAbsent_WaitsUntilItComes()
    {
        await using var session = NewSession();
        await session.CallAsync(EchoService.Call("Nothing"), Limit);
        await _server.DisposeAsync();
        var call = session.CallAsync(EchoService.Call("Nothing"), Limit);

        _server = await EchoService.StartAsync(_bus);

        await call;
    }

    [Fact]
    public async Task CallAsync_ServiceStaysAbsent_ServiceUnavailableAfterTheTime()
    {
        await using var session = NewSession(o => o with { ReturnTimeout = TimeSpan.FromMilliseconds(200) });
        await _server.DisposeAsync();

        var error = await Assert.ThrowsAsync<AgentException>(() => session.CallAsync(EchoService.Call("Nothing"), Limit));

        Assert.Equal(LinuxErrors.BusServiceUnavailable, error.Code);
    }

    [Fact]
    public async Task CallOnceAsync_ServiceAbsent_FailsAtOnce()
    {
        await using var session = NewSession();
        await _server.DisposeAsync();

        var error = await Assert.ThrowsAsync<AgentException>(() => session.CallOnceAsync(EchoService.Call("Nothing"), static _ => true, Limit));

        Assert.Equal("org.freedesktop.DBus.Error.NameHasNoOwner", DBusErrors.NameOf(error));
    }

    [Fact]
    public async Task CallAsync_NoBusAtFirst_FailsAtOnce()
    {
        await _bus.KillAsync();
        await using var session = NewSession();

        var error = await Assert.ThrowsAsync<AgentException>(() => session.CallAsync(EchoService.Call("Nothing"), Limit));

        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
    }

    [Fact]
    public async Task CallAsync_BusRestartedWhileIdle_ConnectsAgain()
    {
        await using var session = NewSession();
        await session.CallAsync(EchoService.Call("Nothing"), Limit);

        await RestartBusAsync();

        await session.CallAsync(EchoService.Call("Nothing"), Limit);
    }

    [Fact]
    public async Task DisposeAsync_WithSubscription_EndsItAndLaterCallsFail()
    {
        var session = NewSession();
        var sink = new RecordingSink();
        await session.SubscribeAsync(Ping, sink, Limit);

        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.Equal(LinuxErrors.BusConnectionLost.Id, await sink.NextAsync(Limit));
        var error = await Assert.ThrowsAsync<AgentException>(() => session.CallAsync(EchoService.Call("Nothing"), Limit));
        Assert.Equal(LinuxErrors.BusConnectionLost, error.Code);
    }

    [Fact]
    public async Task DisposeAsync_WhileTheBusIsDown_ReturnsAtOnce()
    {
        var session = NewSession();
        var sink = new RecordingSink();
        await session.SubscribeAsync(Ping, sink, Limit);
        await _bus.KillAsync();

        await session.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Equal(LinuxErrors.BusConnectionLost.Id, await sink.NextAsync(Limit));
    }

    private Task PingAsync(string text) => _server.EmitAsync(Ping.Path!, Ping.Interface, Ping.Member, w => w.WriteString(text));

    private BusSession NewSession(Func<BusSessionOptions, BusSessionOptions>? adapt = null)
    {
        var options = new BusSessionOptions { Service = EchoService.Name };
        return new BusSession(
            new BusAddress(_bus.Address, "the test's bus"), adapt?.Invoke(options) ?? options, null, NullLogger.Instance);
    }

    private async Task RestartBusAsync()
    {
        await _server.DisposeAsync();
        await _bus.KillAsync();
        await _bus.RunAsync();
        _server = await EchoService.StartAsync(_bus);
    }
}
