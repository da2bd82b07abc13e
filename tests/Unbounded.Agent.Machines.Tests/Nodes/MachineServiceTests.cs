using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Nodes;

public sealed class MachineServiceTests
{
    private const string Service = "systemd-nspawn@kube1.service";
    private const string Mount = "var-lib-machines-kube1.mount";
    private const int SigTerm = 15;
    private readonly FakeSystemd _host = new();
    private readonly ManualTime _time = new();
    private readonly MachineService _machines;

    public MachineServiceTests() => _machines = new MachineService(_host, _time);

    [Theory]
    [InlineData("loaded", false, "loaded", false, false)]
    [InlineData("not-found", false, "loaded", false, true)]
    [InlineData("loaded", true, "loaded", false, true)]
    [InlineData("loaded", false, "loaded", true, true)]
    public async Task LearnUnitsAsync_UnitOfBefore_IsTheOnlyReasonToReadAllAnew(string mount, bool mountIsOld, string service, bool serviceIsOld, bool reads)
    {
        _host.Unit(Mount).State = new UnitState(Mount) { LoadState = mount, NeedsReload = mountIsOld };
        _host.Unit(Service).State = new UnitState(Service) { LoadState = service, NeedsReload = serviceIsOld };

        await _machines.LearnUnitsAsync(Targets.One, default);

        Assert.Equal(reads ? ["reload"] : [], _host.Calls);
    }

    [Fact]
    public async Task BootAsync_Machine_IsStartedByItsService()
    {
        _host.Unit(Service);

        await _machines.BootAsync(Targets.One, default);

        Assert.Equal([$"start {Service}"], _host.Calls);
    }

    [Fact]
    public async Task BootAsync_MachineThatDoesNotBoot_IsACodedError()
    {
        _host.Unit(Service).Script = UnitScript.Fails;

        var e = await Assert.ThrowsAsync<AgentException>(() => _machines.BootAsync(Targets.One, default));

        Assert.Equal(MachinesErrors.BootFailed, e.Code);
        Assert.Contains("exit-code", e.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BootAsync_MachineThatEndsRightAfter_IsACodedError()
    {
        _host.Unit(Service).Script = UnitScript.EndsWell;

        Assert.Equal(MachinesErrors.BootFailed, (await Assert.ThrowsAsync<AgentException>(() => _machines.BootAsync(Targets.One, default))).Code);
    }

    [Fact]
    public async Task Law13_StopAsync_RunningMachine_IsEndedByItsServiceAlone()
    {
        _host.Running(Service);
        _host.Running(Mount);

        await _machines.StopAsync(Targets.One, default);

        Assert.Equal([$"stop {Service}", $"stop {Mount}"], _host.Calls);
    }

    [Fact]
    public async Task StopAsync_NothingThere_AsksForNothing()
    {
        await _machines.StopAsync(Targets.One, default);

        Assert.Empty(_host.Calls);
    }

    [Fact]
    public async Task StopAsync_MachineBetweenTwoStarts_IsStopped()
    {
        _host.Unit(Service).State = new UnitState(Service) { ActiveState = ActiveState.Activating, SubState = "auto-restart" };

        await _machines.StopAsync(Targets.One, default);

        Assert.Equal(ActiveState.Inactive, _host.Unit(Service).State.ActiveState);
    }

    [Fact]
    public async Task StopAsync_MachineThatFailed_IsForgotten()
    {
        _host.Unit(Service).State = new UnitState(Service) { ActiveState = ActiveState.Failed };

        await _machines.StopAsync(Targets.One, default);

        Assert.Equal([$"reset-failed {Service}"], _host.Calls);
        Assert.Equal(ActiveState.Inactive, _host.Unit(Service).State.ActiveState);
    }

    [Fact]
    public async Task StopAsync_MachineThatFailsWhileItStops_IsForgotten()
    {
        _host.Running(Service);
        _host.Unit(Service).StopsIn = ActiveState.Failed;

        await _machines.StopAsync(Targets.One, default);

        Assert.Equal([$"stop {Service}", $"reset-failed {Service}"], _host.Calls);
    }

    [Fact]
    public async Task StopAsync_MachineThatDoesNotListen_IsAskedOnceMore()
    {
        var killed = new TaskCompletionSource();
        _host.Running(Service);
        _host.Unit(Service).Stopping = _ => killed.Task;
        _host.Killing = () => killed.TrySetResult();

        var stop = _machines.StopAsync(Targets.One, default);
        await _time.LatestArmed;
        Assert.False(stop.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));
        await stop;

        Assert.Contains($"kill-{SigTerm} {Service}", _host.Calls);
    }

    [Theory]
    [InlineData(Service)]
    [InlineData(Mount)]
    public async Task StopAsync_UnitThatStays_IsACodedErrorThatNamesIt(string unit)
    {
        _host.Running(unit);
        _host.Unit(unit).StopsIn = ActiveState.Active;

        var e = await Assert.ThrowsAsync<AgentException>(() => _machines.StopAsync(Targets.One, default));

        Assert.Equal(MachinesErrors.StopFailed, e.Code);
        Assert.Contains(unit, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MountAsync_Root_IsMountedByItsUnit()
    {
        _host.Unit(Mount);

        Assert.True(await _machines.MountAsync(Targets.One, default));

        Assert.Equal([$"start {Mount}"], _host.Calls);
    }

    [Fact]
    public async Task MountAsync_KernelRefuses_IsNotMounted()
    {
        _host.Unit(Mount).Script = UnitScript.Fails;

        Assert.False(await _machines.MountAsync(Targets.One, default));
    }

    [Fact]
    public async Task MountAsync_JobThatIsCancelled_IsACodedError()
    {
        _host.Unit(Mount).Script = UnitScript.WaitsForRelease;
        var mounting = _machines.MountAsync(Targets.One, default);

        await _host.StopAsync(Mount);

        Assert.Equal(MachinesErrors.RootFailed, (await Assert.ThrowsAsync<AgentException>(() => mounting)).Code);
    }
}
