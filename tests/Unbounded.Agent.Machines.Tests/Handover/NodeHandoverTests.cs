using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Handover;

public sealed class NodeHandoverTests : IDisposable
{
    private const string Kubelet = "kubelet.service";
    private const string Containerd = "containerd.service";
    private const string Target = "unbounded-node.target";
    private const string Service = "systemd-nspawn@kube2.service";
    private const string Container = "4f0e6c1f8a0b4d8f9a6f2f6d0f7f6d6c4f0e6c1f8a0b4d8f9a6f2f6d0f7f6d6c";

    private readonly TemporaryRoot _root = new();
    private readonly TestCgroup _payload = new();
    private readonly FakeSystemd _host = new();
    private readonly FakeNodes _nodes = new();
    private readonly RecordingProgress _progress = new();
    private readonly ManualTime _time = new();
    private readonly Marker _marker;
    private readonly KubeletIdentity _identity;
    private readonly NodeHandover _handover;

    public NodeHandoverTests()
    {
        _marker = new Marker(_root.Paths, Targets.Both);
        _identity = new KubeletIdentity(_root.Paths);
        _handover = new NodeHandover(
            _root.Paths,
            _nodes,
            new MachineService(_host, _time),
            new Machines.Nodes.NodeSoftware(_time),
            new PodProcesses(TimeProvider.System),
            _marker,
            _identity,
            new ImageCache(_root.Paths),
            new AdoptedMachines(_root.Paths, _host, _marker, new AdoptedSettings(_root.Paths, "/usr/local/bin/unbounded-agent")),
            NullLogger<NodeHandover>.Instance);
        _host.Running(Service);
        // One service for all: no test here has two machines that boot.
        _nodes.IsBooted = _ => _host.Unit(Service).State.IsActive;
    }

    public void Dispose()
    {
        _payload.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task StopNodeAsync_RunningNode_KubeletThenPodsThenContainerd()
    {
        var node = Booted(Targets.One);
        await _marker.MoveToAsync(Targets.One, default);

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Equal([$"stop {Kubelet}", $"stop {Containerd}", $"kill-15 {Containerd}"], node.Fake.Calls);
        Assert.Equal(["stop-kubelet", "end-pods", "stop-containerd"], _progress.Begun);
    }

    [Fact]
    public async Task StopNodeAsync_NoPods_ContainerdEndsBesideTheKubelet()
    {
        var node = Booted(Targets.One);
        var kubelet = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        node.Fake.Unit(Kubelet).Stopping = _ => kubelet.Task;
        node.Fake.Killing = ended.SetResult;

        var stop = _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(stop.IsCompleted);
        kubelet.SetResult();
        await stop;
        Assert.Equal([$"stop {Kubelet}", $"stop {Containerd}", $"kill-15 {Containerd}"], node.Fake.Calls);
    }

    [Fact]
    public async Task Law10_StopNodeAsync_Pods_HaveContainerdUntilTheyHaveEnded()
    {
        var node = Booted(Targets.One);
        _payload.Stubborn(_payload.Child($"kubepods/{Container}"));

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Equal([$"stop {Kubelet}", $"stop {Containerd}"], node.Fake.Calls);
    }

    [Fact]
    public async Task StopNodeAsync_ContainerdThatDidNotAnswer_IsAskedAgain()
    {
        var node = Booted(Targets.One);
        var asked = 0;
        node.Fake.Unit(Containerd).Stopping = _ => ++asked == 1
            ? Task.FromException(new AgentException(Linux.LinuxErrors.BusCallTimeout, "x", "y", "z"))
            : Task.CompletedTask;

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Equal(2, asked);
        Assert.False(node.Fake.Unit(Containerd).IsActive);
    }

    [Fact]
    public async Task Law11_StopNodeAsync_Marker_IsWithdrawnBeforeAnythingStops()
    {
        var node = Booted(Targets.One);
        await _marker.MoveToAsync(Targets.One, default);
        var withdrawn = false;
        node.Fake.Unit(Kubelet).Stopping = _ =>
        {
            withdrawn = _marker.IsWithdrawn && _marker.Holder() is null;
            return Task.CompletedTask;
        };

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.True(withdrawn);
    }

    [Fact]
    public async Task Law10_StopNodeAsync_Pods_HaveEndedBeforeContainerdStops()
    {
        var node = Booted(Targets.One);
        _payload.Stubborn(_payload.Child($"kubepods/{Container}"));
        var alive = -1;
        node.Fake.Unit(Containerd).Stopping = _ =>
        {
            alive = CgroupTree.Processes(_payload.Path).Count;
            return Task.CompletedTask;
        };

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Equal(0, alive);
    }

    [Fact]
    public async Task Law10_StopNodeAsync_ContainerThatContainerdWasJustStarting_IsEndedToo()
    {
        var node = Booted(Targets.One);
        node.Fake.Unit(Containerd).Stopping = _ =>
        {
            _payload.Stubborn(_payload.Child(Container));
            return Task.CompletedTask;
        };

        await _handover.StopNodeAsync(Targets.One, TimeSpan.FromMinutes(5), _progress, default);

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task StopNodeAsync_MachineThatIsDown_LosesTheMarkerAllTheSame()
    {
        await _marker.MoveToAsync(Targets.One, default);

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Null(_marker.Holder());
        Assert.Empty(_progress.Begun);
    }

    [Fact]
    public async Task Law10_StopNodeAsync_MachineThatIsStillDying_HasEndedBeforeTheOtherMayStart()
    {
        _nodes.Remains = _payload.Path;
        _payload.Stubborn(_payload.Child($"payload/system.slice/{Kubelet}"));
        _payload.Stubborn(_payload.Child($"payload/system.slice/{Containerd}"));
        _payload.Stubborn(_payload.Child($"payload/kubepods/{Container}"));

        await _handover.StopNodeAsync(Targets.One, TimeSpan.FromMinutes(5), _progress, default);

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task StopNodeAsync_TheOtherIsTheNode_KeepsItsMarker()
    {
        Booted(Targets.One);
        await _marker.MoveToAsync(Targets.Two, default);

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Equal(Targets.Two, _marker.Holder());
    }

    [Fact]
    public async Task StopNodeAsync_MachineWhoseSystemdDoesNotAnswer_IsStoppedByItsCgroups()
    {
        var node = Booted(Targets.One);
        node.Fake.Broken = new AgentException(Linux.LinuxErrors.BusCallTimeout, "x", "y", "z");
        _payload.Stubborn(_payload.Child($"system.slice/{Kubelet}"));
        _payload.Stubborn(_payload.Child($"system.slice/{Containerd}"));
        _payload.Stubborn(_payload.Child($"kubepods/{Container}"));

        await _handover.StopNodeAsync(Targets.One, TimeSpan.Zero, _progress, default);

        Assert.Empty(CgroupTree.Processes(_payload.Path));
    }

    [Fact]
    public async Task StartNodeAsync_BootedMachine_IdentityMarkerStart()
    {
        var node = Booted(Targets.Two);
        GiveCertificate();
        SlotState? atStart = null;
        node.Fake.Unit(Target).Starting = _ =>
        {
            atStart = new(_marker.Holder() == Targets.Two, _identity.HasCertificate(Targets.Two));
            return Task.CompletedTask;
        };

        await _handover.StartNodeAsync(Targets.Two, Targets.One, _progress, default);

        Assert.Equal(new SlotState(HasMarker: true, HasCertificate: true), atStart);
        Assert.Equal(["carry-identity", "move-marker", "start-node"], _progress.Begun);
        Assert.Equal([$"start {Target}"], node.Fake.Calls);
        Assert.Empty(_host.Calls);
    }

    [Fact]
    public async Task StartNodeAsync_NoIdentityToCarry_KeepsItsOwn()
    {
        Booted(Targets.Two);
        GiveCertificate();

        await _handover.StartNodeAsync(Targets.Two, identityFrom: null, _progress, default);

        Assert.False(_identity.HasCertificate(Targets.Two));
    }

    [Fact]
    public async Task StartNodeAsync_StoppedMachine_IsBootedFirst()
    {
        _host.Unit(Service).State = new UnitState(Service) { ActiveState = ActiveState.Inactive };
        _host.Unit(Service).Starting = _ =>
        {
            Booted(Targets.Two);
            return Task.CompletedTask;
        };

        await _handover.StartNodeAsync(Targets.Two, null, _progress, default);

        Assert.Equal([$"start {Service}"], _host.Calls);
        Assert.Equal("boot", _progress.Begun[0]);
    }

    [Fact]
    public async Task StartNodeAsync_MachineThatIsStillBooting_IsWaitedFor()
    {
        _host.Unit(Service).State = new UnitState(Service) { ActiveState = ActiveState.Activating, SubState = "start" };
        Booted(Targets.Two);

        await _handover.StartNodeAsync(Targets.Two, null, _progress, default);

        Assert.Equal([$"start {Service}"], _host.Calls);
    }

    [Fact]
    public async Task StartNodeAsync_MachineThatEndsAgain_IsACodedErrorAndGetsNoMarker()
    {
        var e = await Assert.ThrowsAsync<AgentException>(() => _handover.StartNodeAsync(Targets.Two, null, _progress, default));

        Assert.Equal(MachinesErrors.BootFailed, e.Code);
        Assert.Null(_marker.Holder());
    }

    [Fact]
    public async Task StartNodeAsync_ContainerdThatCantOpenTheCache_StartsWithAnEmptyOne()
    {
        var node = Booted(Targets.Two);
        FillCache("damaged");
        node.Fake.Unit(Target).Script = UnitScript.EndsWell;
        node.Fake.Unit(Target).Starting = _ =>
        {
            SetContainerd(node, works: !Directory.Exists(_root.Paths.SharedContainerd + "/io"));
            return Task.CompletedTask;
        };

        await _handover.StartNodeAsync(Targets.Two, null, _progress, default);

        Assert.Equal([$"start {Target}", $"stop {Containerd}", $"start {Target}"], node.Fake.Calls);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Paths.SharedContainerd));
    }

    [Fact]
    public async Task Law08_StartNodeAsync_ContainerdThatIsBrokenItself_LeavesTheCacheToTheOther()
    {
        var node = Booted(Targets.Two);
        FillCache("good");
        node.Fake.Unit(Target).Script = UnitScript.EndsWell;
        SetContainerd(node, works: false);

        var e = await Assert.ThrowsAsync<AgentException>(() => _handover.StartNodeAsync(Targets.Two, null, _progress, default));

        Assert.Equal(MachinesErrors.NodeSoftwareFailed, e.Code);
        Assert.Equal("good", await File.ReadAllTextAsync(_root.Paths.SharedContainerd + "/io/meta.db"));
        Assert.Equal($"stop {Containerd}", node.Fake.Calls[^1]);
    }

    [Fact]
    public async Task StartNodeAsync_KubeletThatFails_LeavesContainerdAndItsCacheAlone()
    {
        var node = Booted(Targets.Two);
        FillCache("good");
        node.Fake.Unit(Kubelet).State = new UnitState(Kubelet) { ActiveState = ActiveState.Failed };

        await Assert.ThrowsAsync<AgentException>(() => _handover.StartNodeAsync(Targets.Two, null, _progress, default));

        Assert.Equal([$"start {Target}"], node.Fake.Calls);
        Assert.True(node.Fake.Unit(Containerd).IsActive);
    }

    private FakeNode Booted(Core.Slots.SlotName slot)
    {
        var node = new FakeNode(_root.Path) { Payload = _payload.Path };
        node.Fake.Running(Kubelet);
        node.Fake.Running(Containerd);
        node.Fake.Unit(Target);
        _nodes[slot] = node;
        return node;
    }

    private static void SetContainerd(FakeNode node, bool works) => node.Fake.Unit(Containerd).State = new UnitState(Containerd)
    {
        ActiveState = works ? ActiveState.Active : ActiveState.Activating,
        SubState = works ? "running" : "auto-restart",
    };

    private void FillCache(string content)
    {
        Directory.CreateDirectory(_root.Paths.SharedContainerd + "/io");
        File.WriteAllText(_root.Paths.SharedContainerd + "/io/meta.db", content);
    }

    private void GiveCertificate()
    {
        _identity.EnsureDirectory(Targets.One);
        File.WriteAllText(Path.Combine(_root.Paths.Identity(Targets.One), "kubelet-client-2026.pem"), "");
        File.CreateSymbolicLink(Path.Combine(_root.Paths.Identity(Targets.One), "kubelet-client-current.pem"), "kubelet-client-2026.pem");
    }

    private sealed record SlotState(bool HasMarker, bool HasCertificate);
}
