using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Contract;

/// <summary>What every <see cref="ISystemd"/> tells, and how it follows changes.</summary>
public abstract class SystemdStateContract : SystemdContract
{
    private const int Kill = 9;

    [Fact]
    public async Task GetUnitAsync_NoFile_NotFoundAndInactive()
    {
        var state = await Systemd.GetUnitAsync("contract-none.service", Limit);

        Assert.Equal(("not-found", ActiveState.Inactive), (state.LoadState, state.ActiveState));
        Assert.False(state.IsLoaded);
        Assert.Null(state.StateChangedAt);
    }

    [Fact]
    public async Task GetUnitAsync_NeverStarted_NoInvocationAndNoProcess()
    {
        var state = await Systemd.GetUnitAsync(await DefineAsync(UnitScript.Runs), Limit);

        Assert.True(state.IsLoaded);
        Assert.Equal(("", 0, null), (state.InvocationId, state.MainPid, state.MainProcessStartedAt));
    }

    [Fact]
    public async Task WatchUnitAsync_StartAndStop_InitialStateThenEachChange()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await using var watch = Systemd.WatchUnitAsync(unit, Limit).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(ActiveState.Inactive, watch.Current.ActiveState);

        await Systemd.StartAsync(unit, cancellationToken: Limit);
        await MoveToAsync(watch, ActiveState.Active);
        await Systemd.StopAsync(unit, cancellationToken: Limit);
        await MoveToAsync(watch, ActiveState.Inactive);
    }

    [Fact]
    public async Task WatchUnitAsync_TwoWatchers_BothSeeTheChange()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await using var one = Systemd.WatchUnitAsync(unit, Limit).GetAsyncEnumerator();
        await using var two = Systemd.WatchUnitAsync(unit, Limit).GetAsyncEnumerator();
        await one.MoveNextAsync();
        await two.MoveNextAsync();

        await Systemd.StartAsync(unit, cancellationToken: Limit);

        await MoveToAsync(one, ActiveState.Active);
        await MoveToAsync(two, ActiveState.Active);
    }

    [Fact]
    public async Task WatchUnitAsync_Cancelled_Ends()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        using var cancel = new CancellationTokenSource();
        await using var watch = Systemd.WatchUnitAsync(unit, cancel.Token).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        var next = watch.MoveNextAsync().AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task WatchUnitAsync_MainProcessKilled_Failed()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await Systemd.StartAsync(unit, cancellationToken: Limit);

        await Systemd.KillAsync(unit, KillTarget.Main, Kill, Limit);

        var state = await WaitForAsync(unit, s => s.ActiveState == ActiveState.Failed);
        Assert.Equal("signal", state.Result);
        await Systemd.ResetFailedAsync(unit, Limit);
        Assert.Equal(ActiveState.Inactive, (await Systemd.GetUnitAsync(unit, Limit)).ActiveState);
    }

    [Fact]
    public async Task ListUnitsAsync_FailedOnes_OnlyThose()
    {
        var failed = await DefineAsync(UnitScript.Fails);
        var running = await DefineAsync(UnitScript.Runs);
        await Systemd.StartAsync(failed, cancellationToken: Limit);
        await Systemd.StartAsync(running, cancellationToken: Limit);

        var units = await Systemd.ListUnitsAsync([failed, running], ["failed"], Limit);

        var unit = Assert.Single(units);
        Assert.Equal((failed, "loaded", ActiveState.Failed, "failed"), (unit.Name, unit.LoadState, unit.ActiveState, unit.SubState));
        Assert.Contains(await Systemd.ListUnitsAsync(["contract-*.service"], [], Limit), u => u.Name == running);
        await Systemd.ResetFailedAsync(failed, Limit);
    }

    [Fact]
    public async Task ResetFailedAsync_NoSuchUnit_ErrorWithItsName()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => Systemd.ResetFailedAsync("contract-none.service", Limit));

        Assert.Equal(DBusErrors.NoSuchUnit, DBusErrors.NameOf(error));
    }

    [Fact]
    public async Task WatchSystemStateAsync_UnitFailsAndIsForgiven_DegradedThenRunning()
    {
        var unit = await DefineAsync(UnitScript.Fails);
        await using var watch = Systemd.WatchSystemStateAsync(Limit).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(SystemState.Running, watch.Current);

        await Systemd.StartAsync(unit, cancellationToken: Limit);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(SystemState.Degraded, watch.Current);
        Assert.Equal(SystemState.Degraded, await Systemd.GetSystemStateAsync(Limit));

        await Systemd.ResetFailedAsync(unit, Limit);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(SystemState.Running, watch.Current);
    }

    [Fact]
    public async Task EnableAsync_ThenDisableAsync_UnitFileStateFollows()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        Assert.Equal("disabled", (await Systemd.GetUnitAsync(unit, Limit)).UnitFileState);

        await Systemd.EnableAsync([unit], Limit);
        await Systemd.ReloadAsync(Limit);
        Assert.Equal("enabled", (await Systemd.GetUnitAsync(unit, Limit)).UnitFileState);

        await Systemd.DisableAsync([unit], Limit);
        await Systemd.ReloadAsync(Limit);
        Assert.Equal("disabled", (await Systemd.GetUnitAsync(unit, Limit)).UnitFileState);
    }

    [Fact]
    public async Task StartTransientAsync_Service_StartedAndNameTakenOnce()
    {
        var service = new TransientService(NewName(), ["/bin/sleep", "600"]) { Description = "a test's sleep" };

        var result = await Systemd.StartTransientAsync(service, Limit);

        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Equal(ActiveState.Active, (await Systemd.GetUnitAsync(service.Name, Limit)).ActiveState);
        var error = await Assert.ThrowsAsync<AgentException>(() => Systemd.StartTransientAsync(service, Limit));
        Assert.Equal("org.freedesktop.systemd1.UnitExists", DBusErrors.NameOf(error));
        await Systemd.StopAsync(service.Name, cancellationToken: Limit);
    }

    [Fact]
    public async Task GetVersionAsync_Always_StartsWithItsNumber() =>
        Assert.Matches("^2[0-9]{2}", await Systemd.GetVersionAsync(Limit));

    [Fact]
    public async Task Law07_TwoJobsWhileSystemdIsReexecuted_BothEndAsTheirUnitsDo()
    {
        var slow = await DefineAsync(UnitScript.WaitsForRelease);
        var other = await DefineAsync(UnitScript.WaitsForRelease);
        var start = Systemd.StartAsync(slow, cancellationToken: Limit);
        var second = Systemd.StartAsync(other, cancellationToken: Limit);
        await WaitForAsync(slow, s => s.ActiveState == ActiveState.Activating);
        await WaitForAsync(other, s => s.ActiveState == ActiveState.Activating);

        await Backend.ReexecuteAsync();
        await Backend.ReleaseAsync(slow);
        await Backend.ReleaseAsync(other);

        Assert.Equal(JobOutcome.Done, (await start).Outcome);
        Assert.Equal(JobOutcome.Done, (await second).Outcome);
        Assert.True((await Systemd.GetUnitAsync(slow, Limit)).IsActive);
        Assert.True((await Systemd.GetUnitAsync(other, Limit)).IsActive);
    }

    [Fact]
    public async Task WatchUnitAsync_SystemdIsReexecuted_GoesOn()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await using var watch = Systemd.WatchUnitAsync(unit, Limit).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        await Backend.ReexecuteAsync();
        await Systemd.StartAsync(unit, cancellationToken: Limit);

        await MoveToAsync(watch, ActiveState.Active);
    }

    private static async Task MoveToAsync(IAsyncEnumerator<UnitState> watch, ActiveState wanted)
    {
        // systemd passes through activating and deactivating, or too quickly for them to be seen
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.ActiveState == wanted)
                return;
        }
    }
}
