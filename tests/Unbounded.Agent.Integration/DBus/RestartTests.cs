using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>What is restarted under the agent on a living host: the bus, machined, a machine, systemd itself while jobs run.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class RestartTests(SystemdHosts hosts)
{
    public static IEnumerable<object[]> SelectedSuites => Suites.Selected;

    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task Law07_JobEndsWhileSystemdIsReexecutedManyTimes_EachEndIsKnown(string suite)
    {
        await using var backend = new HostBackend(await hosts.OnAsync(suite));
        var units = Enumerable.Range(0, 4).Select(i => $"contract-{suite}-{i}.service").ToList();
        foreach (var unit in units)
            await backend.DefineAsync(unit, UnitScript.WaitsForRelease);
        var jobs = units.Select(unit => backend.Systemd.StartAsync(unit, cancellationToken: Limit)).ToList();

        // each job's end falls somewhere into a re-execution
        foreach (var unit in units)
            await Task.WhenAll(backend.ReexecuteAsync(), backend.ReleaseAsync(unit));

        Assert.All(await Task.WhenAll(jobs), job => Assert.Equal(JobOutcome.Done, job.Outcome));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task Law07_JobEndsWhileSystemdReloadsManyTimes_EachEndIsKnown(string suite)
    {
        await using var backend = new HostBackend(await hosts.OnAsync(suite));
        var units = Enumerable.Range(0, 4).Select(i => $"contract-{suite}-reload-{i}.service").ToList();
        foreach (var unit in units)
            await backend.DefineAsync(unit, UnitScript.WaitsForRelease);
        var jobs = units.Select(unit => backend.Systemd.StartAsync(unit, cancellationToken: Limit)).ToList();

        foreach (var unit in units)
            await Task.WhenAll(backend.Systemd.ReloadAsync(Limit), backend.ReleaseAsync(unit), backend.Systemd.ReloadAsync(Limit));

        Assert.All(await Task.WhenAll(jobs), job => Assert.Equal(JobOutcome.Done, job.Outcome));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_BusIsKilledMeanwhile_JobIsFollowedToItsEnd(string suite)
    {
        await using var host = await SystemdHosts.NewAsync(suite);
        await using var backend = new HostBackend(host);
        await backend.DefineAsync("contract-bus.service", UnitScript.WaitsForRelease);
        var job = backend.Systemd.StartAsync("contract-bus.service", cancellationToken: Limit);
        await using var watch = backend.Systemd.WatchUnitAsync("contract-bus.service", Limit).GetAsyncEnumerator();
        await MoveToAsync(watch, ActiveState.Activating);

        await host.RunAsync("systemctl", "kill", "--signal=KILL", "dbus.service");
        await host.RunAsync("systemctl", "start", "dbus.service");
        await backend.ReleaseAsync("contract-bus.service");

        Assert.Equal(JobOutcome.Done, (await job).Outcome);
        await MoveToAsync(watch, ActiveState.Active);
        Assert.Equal(JobOutcome.Done, (await backend.Systemd.StopAsync("contract-bus.service", cancellationToken: Limit)).Outcome);
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task WatchAsync_MachinedIsRestarted_MissedAndTheMachineIsStillFound(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var machined = HostBackend.Connector(host).Machined();
        await using var watch = machined.WatchAsync(Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await using var machine = await NestedMachine.StartAsync(host, "watched");
        await MoveToAsync(watch, new MachineEvent(MachineEventKind.Registered, "watched"));

        await host.RunAsync("systemctl", "kill", "--signal=KILL", "systemd-machined.service");
        var after = await machined.FindAsync("watched", Limit);
        await MoveToAsync(watch, new MachineEvent(MachineEventKind.Missed, ""));

        Assert.Equal(("container", "systemd-nspawn", machine.Unit), (after!.Class, after.Service, after.Unit));
        Assert.Contains(await machined.ListAsync(Limit), m => m.Name == "watched");
        await host.RunAsync("systemctl", "stop", machine.Unit);
        await MoveToAsync(watch, new MachineEvent(MachineEventKind.Removed, "watched"));
        Assert.Null(await machined.FindAsync("watched", Limit));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task InMachine_MachineIsStopped_WatchAndJobEndWithMachineEnded(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var machine = await NestedMachine.StartAsync(host, "stopped");
        await machine.DefineAsync("contract-inside.service", UnitScript.WaitsForRelease);
        await using var watch = machine.Systemd.WatchUnitAsync("contract-inside.service", Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var job = machine.Systemd.StartAsync("contract-inside.service", cancellationToken: Limit);
        await MoveToAsync(watch, ActiveState.Activating);

        await using var systemd = HostBackend.Connector(host).Host();
        (await systemd.StopAsync(machine.Unit, cancellationToken: Limit)).ThrowIfFailed();

        var ended = await Assert.ThrowsAsync<AgentException>(() => MoveToAsync(watch, ActiveState.Active));
        Assert.Equal(LinuxErrors.MachineEnded, ended.Code);
        try
        {
            // systemd inside may still have told that the shutdown canceled it
            Assert.Equal(JobOutcome.Canceled, (await job).Outcome);
        }
        catch (AgentException e)
        {
            Assert.Equal(LinuxErrors.MachineEnded, e.Code);
        }
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartTransientAsync_OutputFile_HoldsWhatTheProgramSaidOnBothStreams(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var backend = new HostBackend(host);

        var result = await backend.Systemd.StartTransientAsync(
            new TransientService($"contract-out-{suite}.service", ["/bin/sh", "-c", "echo one; echo two >&2"])
            {
                Type = "oneshot",
                OutputFile = "/run/contract-output",
            },
            Limit);

        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Equal("one\ntwo", await host.ShellAsync("cat /run/contract-output; rm /run/contract-output"));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_DependencyFailsAndConditionDoesNotHold_ToldApart(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await using var backend = new HostBackend(host);
        await backend.DefineAsync("contract-broken.service", UnitScript.Fails);
        await host.ShellAsync(
            """
            printf '[Unit]\nRequires=contract-broken.service\nAfter=contract-broken.service\n[Service]\nExecStart=/bin/sleep 600\n' >/etc/systemd/system/contract-needs.service
            printf '[Unit]\nConditionPathExists=/run/unbounded/active\n[Service]\nExecStart=/bin/sleep 600\n' >/etc/systemd/system/contract-held.service
            printf '[Unit]\nRefuseManualStart=yes\n[Service]\nExecStart=/bin/sleep 600\n' >/etc/systemd/system/contract-refuses.service
            ln -s /dev/null /etc/systemd/system/contract-masked.service
            """);
        await backend.Systemd.ReloadAsync(Limit);

        var dependency = await backend.Systemd.StartAsync("contract-needs.service", cancellationToken: Limit);
        var held = await backend.Systemd.StartAsync("contract-held.service", cancellationToken: Limit);
        var refused = await Assert.ThrowsAsync<AgentException>(() => backend.Systemd.StartAsync("contract-refuses.service", cancellationToken: Limit));
        var masked = await Assert.ThrowsAsync<AgentException>(() => backend.Systemd.StartAsync("contract-masked.service", cancellationToken: Limit));

        Assert.Equal(JobOutcome.Dependency, dependency.Outcome);
        Assert.True(held.Succeeded);
        var state = await backend.Systemd.GetUnitAsync("contract-held.service", Limit);
        Assert.Equal((ActiveState.Inactive, false), (state.ActiveState, state.ConditionResult));
        Assert.Equal("org.freedesktop.systemd1.OnlyByDependency", Linux.DBus.DBusErrors.NameOf(refused));
        Assert.Equal("org.freedesktop.systemd1.UnitMasked", Linux.DBus.DBusErrors.NameOf(masked));
    }

    private static async Task MoveToAsync(IAsyncEnumerator<UnitState> watch, ActiveState wanted)
    {
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.ActiveState == wanted)
                return;
        }
    }

    private static async Task MoveToAsync(IAsyncEnumerator<MachineEvent> watch, MachineEvent wanted)
    {
        while (await watch.MoveNextAsync())
        {
            if (watch.Current == wanted)
                return;
        }
    }
}
