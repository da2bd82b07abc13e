using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Nodes;

public sealed class NodeSoftwareTests : IDisposable
{
    private const string Kubelet = "kubelet.service";
    private const string Containerd = "containerd.service";
    private const string Target = "unbounded-node.target";
    private readonly TestCgroup _payload = new();
    private readonly FakeNode _node;
    private readonly ManualTime _time = new();
    private readonly Machines.Nodes.NodeSoftware _software;

    public NodeSoftwareTests()
    {
        _node = new FakeNode("/") { Payload = _payload.Path };
        _software = new Machines.Nodes.NodeSoftware(_time);
        _node.Fake.Running(Kubelet);
        _node.Fake.Running(Containerd);
        _node.Fake.Unit(Target);
    }

    public void Dispose() => _payload.Dispose();

    [Fact]
    public async Task StopAsync_UnitThatStops_IsStoppedByItsSystemd()
    {
        var process = _payload.Polite(_payload.Child($"system.slice/{Kubelet}"));
        _node.Fake.Unit(Kubelet).Stopping = _ => process.CloseAsync();

        await StopAsync();

        Assert.Equal([$"stop {Kubelet}"], _node.Fake.Calls);
        Assert.False(_node.Fake.Unit(Kubelet).IsActive);
    }

    [Fact]
    public async Task Law10_StopAsync_ProcessesThatOutliveTheUnit_AreKilled()
    {
        _payload.Stubborn(_payload.Child($"system.slice/{Kubelet}"));
        _payload.Stubborn(_payload.Child($"system.slice/{Kubelet}/helper"));

        await StopAsync();

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task Law10_StopAsync_SystemdThatDoesNotAnswer_DelaysByItsPatienceAlone()
    {
        _payload.Stubborn(_payload.Child($"system.slice/{Kubelet}"));
        _node.Fake.Unit(Kubelet).Stopping = Hangs;

        var stop = StopAsync();
        await _time.LatestArmed;
        Assert.False(stop.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await stop;

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task Law10_StopAsync_UnitInAnotherSlice_IsFound()
    {
        _payload.Stubborn(_payload.Child($"kube.slice/kube-node.slice/{Kubelet}"));

        await StopAsync();

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task StopAsync_OtherUnits_LiveOn()
    {
        var other = _payload.Polite(_payload.Child($"system.slice/{Containerd}"));
        _payload.Polite(_payload.Child($"system.slice/{Kubelet}"));

        await StopAsync();

        Assert.Equal([other.Id], CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task StopAsync_UnitThatTheMachineDoesNotHave_IsNoError() =>
        await _software.StopAsync(_node, Targets.One, "other.service", default);

    [Fact]
    public async Task StopAsync_SystemdGone_IsNoErrorWhereNothingIsLeft()
    {
        _node.Fake.Broken = new AgentException(Linux.LinuxErrors.MachineEnded, "x", "y", "z");

        await StopAsync();
    }

    [Fact]
    public async Task StopAsync_Cancelled_IsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        _node.Fake.Unit(Kubelet).Stopping = Hangs;
        var stop = _software.StopAsync(_node, Targets.One, Kubelet, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
    }

    [Fact]
    public async Task StartAsync_TargetBringsBothUp_IsOneJob()
    {
        await StartAsync();

        Assert.Equal([$"start {Target}"], _node.Fake.Calls);
    }

    [Fact]
    public async Task StartAsync_ContainerdThatIsStartedAgainAndAgain_DidNotStart()
    {
        _node.Fake.Unit(Containerd).State = new UnitState(Containerd) { ActiveState = ActiveState.Activating, SubState = "auto-restart", Result = "exit-code" };

        var e = await Assert.ThrowsAsync<AgentException>(StartAsync);

        Assert.Equal(MachinesErrors.NodeSoftwareFailed, e.Code);
        Assert.Contains(Containerd, e.What, StringComparison.Ordinal);
        Assert.Contains("auto-restart", e.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ActiveState.Failed)]
    [InlineData(ActiveState.Inactive)]
    public async Task StartAsync_KubeletThatIsDown_DidNotStart(ActiveState state)
    {
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet) { ActiveState = state };

        var e = await Assert.ThrowsAsync<AgentException>(StartAsync);

        Assert.Contains(Kubelet, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_KubeletBetweenTwoStarts_IsForTheGateToJudge()
    {
        _node.Fake.Unit(Kubelet).State = new UnitState(Kubelet) { ActiveState = ActiveState.Activating, SubState = "auto-restart" };

        await StartAsync();
    }

    [Fact]
    public async Task StartAsync_JobThatNeverEnds_IsJudgedByTheUnitsAfterItsPatience()
    {
        _node.Fake.Unit(Target).Script = UnitScript.WaitsForRelease;
        _node.Fake.Unit(Containerd).State = new UnitState(Containerd) { ActiveState = ActiveState.Activating, SubState = "start" };

        var start = StartAsync();
        await _time.LatestArmed;
        Assert.False(start.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(MachinesErrors.NodeSoftwareFailed, (await Assert.ThrowsAsync<AgentException>(() => start)).Code);
    }

    [Fact]
    public async Task StartAsync_Cancelled_IsCancelled()
    {
        _node.Fake.Unit(Target).Script = UnitScript.WaitsForRelease;
        using var cancel = new CancellationTokenSource();
        var start = _software.StartAsync(_node, Targets.One, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
    }

    private Task StopAsync() => _software.StopAsync(_node, Targets.One, Kubelet, default);

    private Task StartAsync() => _software.StartAsync(_node, Targets.One, default);

    private static Task Hangs(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
