using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Bus;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.StandIn;

namespace Unbounded.Agent.Linux.Tests.DBus.Session;

/// <summary>
/// The bus inside a machine, by its leader: a process in a mount namespace of its own, in which the well-known socket is
/// the test's bus. Needs root (unshare(1), mount(8)).
/// </summary>
public sealed class MachineBusTests : IAsyncLifetime
{
    private readonly SystemdConnector _connector = new(new DBusOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    private PrivateBus _bus = null!;
    private SystemdStandIn _standIn = null!;
    private Process _leader = null!;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync()
    {
        _bus = await PrivateBus.StartAsync();
        _standIn = await SystemdStandIn.StartAsync(_bus.Address);
        _leader = await StartLeaderAsync();
    }

    public async Task DisposeAsync()
    {
        await EndLeaderAsync();
        _leader.Dispose();
        await _standIn.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task InMachine_LivingLeader_ReachesTheBusInItsNamespace()
    {
        await _standIn.DoAsync(model => model.Define("kubelet.service", UnitScript.Runs));
        await using var systemd = _connector.InMachine(_leader.Id);

        var result = await systemd.StartAsync("kubelet.service", cancellationToken: Limit);

        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Equal(["Subscribe", "StartUnit"], _standIn.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void InMachine_NoSuchProcess_MachineEnded(int leader) =>
        Assert.Equal(LinuxErrors.MachineEnded, Assert.Throws<AgentException>(() => _connector.InMachine(leader)).Code);

    [Fact]
    public async Task Law16_InMachine_LinkToABusOfTheHost_IsNotFollowed()
    {
        await EndLeaderAsync();
        _leader.Dispose();
        var root = Directory.CreateTempSubdirectory("machine-");
        try
        {
            // The host's root with /tmp and /run of its own: the link leads nowhere in there, and to the test's bus outside.
            var at = root.FullName;
            _leader = await StartLeaderAsync(
                $"mount --rbind / {at} && mount -t tmpfs none {at}/tmp && mount -t tmpfs none {at}/run && mkdir {at}/run/dbus "
                + $"&& ln -s {_bus.Socket} {at}/run/dbus/system_bus_socket && exec chroot {at} sh -c 'echo up; exec sleep infinity'");
            await using var systemd = _connector.InMachine(_leader.Id);

            var error = await Assert.ThrowsAsync<AgentException>(() => systemd.GetUnitAsync("kubelet.service", Limit));

            Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
            Assert.Empty(_standIn.Calls);
        }
        finally
        {
            await EndLeaderAsync();
            root.Delete();
        }
    }

    [Fact]
    public async Task GetUnitAsync_LeaderEndedBeforeFirstUse_MachineEnded()
    {
        await using var systemd = _connector.InMachine(_leader.Id);
        await EndLeaderAsync();

        var error = await Assert.ThrowsAsync<AgentException>(() => systemd.GetUnitAsync("kubelet.service", Limit));

        Assert.Equal(LinuxErrors.MachineEnded, error.Code);
    }

    [Fact]
    public async Task StartAsync_MachineEndsMeanwhile_MachineEnded()
    {
        await _standIn.DoAsync(model => model.Define("kubelet.service", UnitScript.WaitsForRelease));
        await using var systemd = _connector.InMachine(_leader.Id);
        var start = systemd.StartAsync("kubelet.service", cancellationToken: Limit);
        await _standIn.WaitForCallsAsync("StartUnit", 1, Limit);

        await EndLeaderAsync();
        await _bus.KillAsync();

        Assert.Equal(LinuxErrors.MachineEnded, (await Assert.ThrowsAsync<AgentException>(() => start)).Code);
    }

    [Fact]
    public async Task WatchUnitAsync_MachineEnds_MachineEnded()
    {
        await using var systemd = _connector.InMachine(_leader.Id);
        await using var watch = systemd.WatchUnitAsync("kubelet.service", Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        await EndLeaderAsync();
        await _bus.KillAsync();

        Assert.Equal(LinuxErrors.MachineEnded, (await Assert.ThrowsAsync<AgentException>(async () => await watch.MoveNextAsync())).Code);
    }

    [Fact]
    public async Task WatchUnitAsync_BusInsideRestarts_GoesOn()
    {
        await _standIn.DoAsync(model => model.Define("kubelet.service", UnitScript.Runs));
        await using var systemd = _connector.InMachine(_leader.Id);
        await using var watch = systemd.WatchUnitAsync("kubelet.service", Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        await _standIn.DisconnectAsync();
        await _bus.KillAsync();
        await _bus.RunAsync();
        await _standIn.ConnectAsync();
        await _standIn.WaitForSubscriberAsync(Limit);
        await systemd.StartAsync("kubelet.service", cancellationToken: Limit);

        while (watch.Current.ActiveState != ActiveState.Active)
            Assert.True(await watch.MoveNextAsync());
    }

    // the socket's directory in place of /run/dbus, the socket under its well-known name
    private Task<Process> StartLeaderAsync() =>
        StartLeaderAsync($"mkdir -p /run/dbus && mount --bind {Path.GetDirectoryName(_bus.Socket)} /run/dbus && echo up && exec sleep infinity");

    private static async Task<Process> StartLeaderAsync(string script)
    {
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var leader = Process.Start(start)!;
        if (await leader.StandardOutput.ReadLineAsync() != "up")
            throw new InvalidOperationException($"This test needs root for a mount namespace: {await leader.StandardError.ReadToEndAsync()}");
        return leader;
    }

    private async Task EndLeaderAsync()
    {
        if (!_leader.HasExited)
            _leader.Kill();
        await _leader.WaitForExitAsync();
    }
}
