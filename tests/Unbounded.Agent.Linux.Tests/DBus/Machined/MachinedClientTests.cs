using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Server;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Machined;

public sealed class MachinedClientTests : IAsyncLifetime
{
    private PrivateBus _bus = null!;
    private MachinedStandIn _standIn = null!;
    private IMachined _machined = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _standIn = await MachinedStandIn.StartAsync(_bus.Address);
        _machined = new SystemdConnector(
            new DBusOptions { HostAddress = _bus.Address, ReturnTimeout = TimeSpan.FromMinutes(1) },
            TimeProvider.System,
            NullLoggerFactory.Instance).Machined();
    }

    public async Task DisposeAsync()
    {
        await _machined.DisposeAsync();
        await _standIn.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task FindAsync_Registered_AllOfIt()
    {
        await _standIn.RegisterAsync("kube1", 4711);

        var machine = await _machined.FindAsync("kube1", Limit);

        var expected = new MachineRegistration("kube1")
        {
            Leader = 4711,
            Class = "container",
            Service = "systemd-nspawn",
            Unit = "systemd-nspawn@kube1.service",
            State = "running",
            RootDirectory = "/var/lib/machines/kube1",
        };
        Assert.Equal(expected, machine);
    }

    [Fact]
    public async Task FindAsync_NotRegistered_Null() => Assert.Null(await _machined.FindAsync("kube1", Limit));

    [Fact]
    public async Task ListAsync_TwoMachines_Both()
    {
        await _standIn.RegisterAsync("kube1", 1);
        await _standIn.RegisterAsync("kube2", 2);

        var machines = await _machined.ListAsync(Limit);

        Assert.Equal([new("kube1", "container", "systemd-nspawn"), new MachineListing("kube2", "container", "systemd-nspawn")], machines);
    }

    [Fact]
    public async Task UnregisterAsync_StaleRegistration_IsGone()
    {
        await _standIn.RegisterAsync("kube1", 1);

        await _machined.UnregisterAsync("kube1", Limit);

        Assert.Null(await _machined.FindAsync("kube1", Limit));
    }

    [Fact]
    public async Task UnregisterAsync_NothingRegistered_Succeeds() => await _machined.UnregisterAsync("kube1", Limit);

    [Fact]
    public async Task UnregisterAsync_Refused_ErrorWithItsName()
    {
        _standIn.Refusal = new ServerException("org.freedesktop.DBus.Error.AccessDenied", "not you");

        var error = await Assert.ThrowsAsync<AgentException>(() => _machined.UnregisterAsync("kube1", Limit));

        Assert.Equal((LinuxErrors.BusAccessDenied, "org.freedesktop.DBus.Error.AccessDenied"), (error.Code, DBusErrors.NameOf(error)));
    }

    [Fact]
    public async Task WatchAsync_RegisteredAndRemoved_InOrderAfterTheFirstMissed()
    {
        await using var watch = _machined.WatchAsync(Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        Assert.Equal(new MachineEvent(MachineEventKind.Missed, ""), watch.Current);

        await _standIn.RegisterAsync("kube1", 1);
        await _standIn.AnnounceAsync("MachineRemoved", "kube1");

        await watch.MoveNextAsync();
        Assert.Equal(new MachineEvent(MachineEventKind.Registered, "kube1"), watch.Current);
        await watch.MoveNextAsync();
        Assert.Equal(new MachineEvent(MachineEventKind.Removed, "kube1"), watch.Current);
    }

    [Fact]
    public async Task WatchAsync_MachinedRestarted_MissedThenItsEvents()
    {
        await using var watch = _machined.WatchAsync(Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        await _standIn.StopAsync();
        await _standIn.StartAsync();
        await watch.MoveNextAsync();
        Assert.Equal(MachineEventKind.Missed, watch.Current.Kind);
        await _standIn.RegisterAsync("kube2", 2);

        await watch.MoveNextAsync();
        Assert.Equal(new MachineEvent(MachineEventKind.Registered, "kube2"), watch.Current);
    }

    [Fact]
    public async Task ListAsync_MachinedComesBackMeanwhile_IsAskedAgain()
    {
        await _machined.ListAsync(Limit);
        await _standIn.StopAsync();
        var list = _machined.ListAsync(Limit);

        await _standIn.StartAsync();

        Assert.Empty(await list);
    }
}
