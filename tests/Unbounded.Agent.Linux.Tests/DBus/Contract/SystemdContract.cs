using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Contract;

/// <summary>What every <see cref="ISystemd"/> does. A fake that passes this may stand for the real one elsewhere.</summary>
public abstract class SystemdContract : IAsyncLifetime
{
    private ISystemdBackend? _backend;

    protected ISystemdBackend Backend => _backend ?? throw new InvalidOperationException("The backend is not up.");

    protected ISystemd Systemd => Backend.Systemd;

    /// <summary>Ends waits that would be endless when a test fails.</summary>
    protected static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public async Task InitializeAsync() => _backend = await StartBackendAsync();

    public async Task DisposeAsync() => await Backend.DisposeAsync();

    protected abstract Task<ISystemdBackend> StartBackendAsync();

    /// <summary>A unit name of this test's own: real backends are shared by many tests.</summary>
    protected static string NewName() => $"contract-{Guid.NewGuid():N}.service";

    [Fact]
    public async Task StartAsync_ServiceThatRuns_DoneAndActive()
    {
        var unit = await DefineAsync(UnitScript.Runs);

        var result = await Systemd.StartAsync(unit, cancellationToken: Limit);
        var state = await Systemd.GetUnitAsync(unit, Limit);

        Assert.Equal(new JobResult(unit, "start", JobOutcome.Done, "done"), result);
        Assert.Same(result, result.ThrowIfFailed());
        Assert.Equal((unit, "loaded", ActiveState.Active, "running"), (state.Name, state.LoadState, state.ActiveState, state.SubState));
        Assert.True(state.IsActive);
        Assert.True(state.MainPid > 0);
        Assert.Matches("^[0-9a-f]{32}$", state.InvocationId);
        Assert.NotNull(state.MainProcessStartedAt);
        Assert.NotNull(state.StateChangedAt);
    }

    [Fact]
    public async Task StartAsync_AlreadyActive_DoneAndSameInvocation()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await Systemd.StartAsync(unit, cancellationToken: Limit);
        var before = await Systemd.GetUnitAsync(unit, Limit);

        var result = await Systemd.StartAsync(unit, cancellationToken: Limit);

        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Equal(before.InvocationId, (await Systemd.GetUnitAsync(unit, Limit)).InvocationId);
    }

    [Fact]
    public async Task StartAsync_ServiceThatFails_FailedJobWithCode()
    {
        var unit = await DefineAsync(UnitScript.Fails);

        var result = await Systemd.StartAsync(unit, cancellationToken: Limit);

        Assert.Equal(JobOutcome.Failed, result.Outcome);
        var error = Assert.Throws<AgentException>(result.ThrowIfFailed);
        Assert.Equal(LinuxErrors.JobFailed, error.Code);
        Assert.Contains(unit, error.What, StringComparison.Ordinal);
        var state = await Systemd.GetUnitAsync(unit, Limit);
        Assert.Equal((ActiveState.Failed, "exit-code"), (state.ActiveState, state.Result));
    }

    [Fact]
    public async Task StartAsync_OneShotThatEndsWell_DoneAndInactive()
    {
        var unit = await DefineAsync(UnitScript.EndsWell);

        var result = await Systemd.StartAsync(unit, cancellationToken: Limit);

        Assert.True(result.Succeeded);
        Assert.Equal(ActiveState.Inactive, (await Systemd.GetUnitAsync(unit, Limit)).ActiveState);
    }

    [Fact]
    public async Task StartAsync_NoSuchUnit_ErrorWithItsName()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => Systemd.StartAsync("contract-none.service", cancellationToken: Limit));

        Assert.Equal(LinuxErrors.NoSuchUnit, error.Code);
        Assert.Equal(DBusErrors.NoSuchUnit, DBusErrors.NameOf(error));
    }

    [Fact]
    public async Task StopAsync_RunningService_DoneAndInactive()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await Systemd.StartAsync(unit, cancellationToken: Limit);

        var result = await Systemd.StopAsync(unit, cancellationToken: Limit);

        Assert.Equal(new JobResult(unit, "stop", JobOutcome.Done, "done"), result);
        var state = await Systemd.GetUnitAsync(unit, Limit);
        Assert.Equal((ActiveState.Inactive, 0), (state.ActiveState, state.MainPid));
    }

    [Fact]
    public async Task StopAsync_StoppedService_Done()
    {
        var unit = await DefineAsync(UnitScript.Runs);

        Assert.True((await Systemd.StopAsync(unit, cancellationToken: Limit)).Succeeded);
    }

    [Fact]
    public async Task StopAsync_NoSuchUnit_ErrorWithItsName()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => Systemd.StopAsync("contract-none.service", cancellationToken: Limit));

        Assert.Equal(LinuxErrors.NoSuchUnit, error.Code);
    }

    [Fact]
    public async Task StopAsync_WhileItStarts_StartIsCanceled()
    {
        var unit = await DefineAsync(UnitScript.WaitsForRelease);
        var start = Systemd.StartAsync(unit, cancellationToken: Limit);
        await WaitForAsync(unit, state => state.ActiveState == ActiveState.Activating);

        var stop = await Systemd.StopAsync(unit, cancellationToken: Limit);

        Assert.Equal(JobOutcome.Done, stop.Outcome);
        Assert.Equal(JobOutcome.Canceled, (await start).Outcome);
    }

    [Fact]
    public async Task StopAsync_ModeFailWhileItStarts_RefusedAndStartGoesOn()
    {
        var unit = await DefineAsync(UnitScript.WaitsForRelease);
        var start = Systemd.StartAsync(unit, cancellationToken: Limit);
        await WaitForAsync(unit, state => state.ActiveState == ActiveState.Activating);

        var error = await Assert.ThrowsAsync<AgentException>(() => Systemd.StopAsync(unit, JobMode.Fail, Limit));

        Assert.Equal("org.freedesktop.systemd1.TransactionIsDestructive", DBusErrors.NameOf(error));
        Assert.Equal(LinuxErrors.BusCallFailed, error.Code);
        await Backend.ReleaseAsync(unit);
        Assert.Equal(JobOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task StartAsync_TwiceAtOnce_BothDone()
    {
        var unit = await DefineAsync(UnitScript.WaitsForRelease);
        var first = Systemd.StartAsync(unit, cancellationToken: Limit);
        await WaitForAsync(unit, state => state.ActiveState == ActiveState.Activating);
        var second = Systemd.StartAsync(unit, cancellationToken: Limit);

        await Backend.ReleaseAsync(unit);

        Assert.Equal(JobOutcome.Done, (await first).Outcome);
        Assert.Equal(JobOutcome.Done, (await second).Outcome);
    }

    [Fact]
    public async Task StartAsync_Cancelled_StopsWaitingAndTheJobGoesOn()
    {
        var unit = await DefineAsync(UnitScript.WaitsForRelease);
        using var cancel = new CancellationTokenSource();
        var start = Systemd.StartAsync(unit, cancellationToken: cancel.Token);
        await WaitForAsync(unit, state => state.ActiveState == ActiveState.Activating);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        await Backend.ReleaseAsync(unit);
        await WaitForAsync(unit, state => state.ActiveState == ActiveState.Active);
    }

    [Fact]
    public async Task RestartAsync_RunningService_NewInvocation()
    {
        var unit = await DefineAsync(UnitScript.Runs);
        await Systemd.StartAsync(unit, cancellationToken: Limit);
        var before = await Systemd.GetUnitAsync(unit, Limit);

        var result = await Systemd.RestartAsync(unit, cancellationToken: Limit);

        var after = await Systemd.GetUnitAsync(unit, Limit);
        Assert.Equal(JobOutcome.Done, result.Outcome);
        Assert.Equal(ActiveState.Active, after.ActiveState);
        Assert.NotEqual(before.InvocationId, after.InvocationId);
    }

    [Fact]
    public async Task ReloadOrRestartAsync_StoppedService_Started()
    {
        var unit = await DefineAsync(UnitScript.Runs);

        var result = await Systemd.ReloadOrRestartAsync(unit, cancellationToken: Limit);

        Assert.Equal(new JobResult(unit, "reload-or-restart", JobOutcome.Done, "done"), result);
        Assert.True((await Systemd.GetUnitAsync(unit, Limit)).IsActive);
    }

    protected async Task<string> DefineAsync(UnitScript script)
    {
        var unit = NewName();
        await Backend.DefineAsync(unit, script);
        return unit;
    }

    protected async Task<UnitState> WaitForAsync(string unit, Func<UnitState, bool> condition)
    {
        await foreach (var state in Systemd.WatchUnitAsync(unit, Limit))
        {
            if (condition(state))
                return state;
        }

        throw new InvalidOperationException("A watch never ends by itself.");
    }
}
