using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

/// <summary>The arguments of StartTransientUnit as the other end sees them.</summary>
public sealed class TransientWriterTests : IAsyncLifetime
{
    private readonly TaskCompletionSource<string> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PrivateBus _bus = null!;
    private BusServer _server = null!;
    private ISystemd _systemd = null!;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _server = await BusServer.StartAsync(_bus.Address, SystemdNames.Service, Handle);
        _systemd = new SystemdConnector(new DBusOptions { HostAddress = _bus.Address }, TimeProvider.System, NullLoggerFactory.Instance).Host();
    }

    public async Task DisposeAsync()
    {
        await _systemd.DisposeAsync();
        await _server.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Write_Least_TypeAndCollectionAndCommand()
    {
        var seen = await SeenAsync(new TransientService("a.service", ["/bin/kubelet", "--version"]));

        Assert.Equal(
            "a.service fail Type=exec RemainAfterExit=False CollectMode=inactive-or-failed ExecStart=/bin/kubelet[/bin/kubelet,--version]False",
            seen);
    }

    [Fact]
    public async Task Write_Everything_EachAsItsProperty()
    {
        var seen = await SeenAsync(new TransientService("a.service", ["/bin/true"])
        {
            Description = "what it is",
            Type = "oneshot",
            RemainAfterExit = true,
            CollectOnFailure = false,
            OutputFile = "/run/out",
        });

        Assert.Equal(
            "a.service fail Description=what it is Type=oneshot RemainAfterExit=True CollectMode=inactive"
            + " StandardOutputFileToTruncate=/run/out StandardError=inherit ExecStart=/bin/true[/bin/true]False",
            seen);
    }

    [Fact]
    public async Task StartTransientAsync_NoProgram_Refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _systemd.StartTransientAsync(new TransientService("a.service", [])));

    private async Task<string> SeenAsync(TransientService service)
    {
        using var cancel = new CancellationTokenSource();
        var start = _systemd.StartTransientAsync(service, cancel.Token);
        var seen = await _seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        return seen;
    }

    private Answer Handle(ServerCall call)
    {
        if (call.Member == "GetAll")
        {
            return new Answer(w =>
            {
                w.OpenArray("{sv}");
                w.Close();
            });
        }

        if (call.Member != "StartTransientUnit")
            return new Answer();
        _seen.TrySetResult(Describe(call.Arguments));
        return new Answer(w => w.WriteObjectPath("/org/freedesktop/systemd1/job/1"));
    }

    private static string Describe(BusReader reader)
    {
        var parts = new List<string> { reader.ReadString(), reader.ReadString() };
        reader.EnterArray("(sv)");
        while (reader.TryEnterStruct("sv"))
        {
            var name = reader.ReadString();
            parts.Add($"{name}={Value(reader, name)}");
            reader.Exit();
        }

        reader.Exit();
        reader.EnterArray("(sa(sv))");
        Assert.False(reader.TryEnterStruct("sa(sv)"));
        return string.Join(' ', parts);
    }

    private static string Value(BusReader reader, string name)
    {
        switch (name)
        {
            case "RemainAfterExit":
                reader.EnterVariant("b");
                var flag = reader.ReadBoolean();
                reader.Exit();
                return $"{flag}";
            case "ExecStart":
                reader.EnterVariant("a(sasb)");
                reader.EnterArray("(sasb)");
                reader.EnterStruct("sasb");
                var program = reader.ReadString();
                var arguments = new List<string>();
                reader.EnterArray("s");
                while (reader.HasNext('s'))
                    arguments.Add(reader.ReadString());
                reader.Exit();
                var command = $"{program}[{string.Join(',', arguments)}]{reader.ReadBoolean()}";
                reader.Exit();
                Assert.False(reader.TryEnterStruct("sasb"));
                reader.Exit();
                reader.Exit();
                return command;
            default:
                reader.EnterVariant("s");
                var text = reader.ReadString();
                reader.Exit();
                return text;
        }
    }
}
