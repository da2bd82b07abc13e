using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Prestart;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Prestart;

public sealed class MachinePrestartTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly FakeMachined _machined = new();
    private readonly ManualTime _time = new();
    private readonly Marker _marker;
    private readonly Enablement _enablement;
    private readonly BindList _binds;

    public MachinePrestartTests()
    {
        _marker = new Marker(_root.Paths, Targets.Both);
        _enablement = new Enablement(_root.Paths, Targets.Both);
        _binds = new BindList(_root.Paths);
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Law11_RunAsync_HostWasBooted_TheEnabledMachineIsTheNode()
    {
        await _enablement.TurnToAsync(Targets.Two);

        await RunAsync(Targets.Two);

        Assert.Equal(Targets.Two, _marker.Holder());
    }

    [Fact]
    public async Task Law11_RunAsync_HostWasBooted_TheOtherMachineIsHeldBack()
    {
        await _enablement.TurnToAsync(Targets.Two);

        await RunAsync(Targets.One);

        Assert.Null(_marker.Holder());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Law11_RunAsync_BothStartAtBoot_OnlyTheEnabledOneIsTheNode(bool enabledFirst)
    {
        await _enablement.TurnToAsync(Targets.One);

        await RunAsync(enabledFirst ? Targets.One : Targets.Two);
        await RunAsync(enabledFirst ? Targets.Two : Targets.One);

        Assert.Equal(Targets.One, _marker.Holder());
        Assert.Single(Directory.GetFiles(_root.Paths.MarkerRoot, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Law11_RunAsync_UncommittedSideIsTheNode_EnabledMachineThatCameBackStaysHeldBack()
    {
        await _enablement.TurnToAsync(Targets.One);
        await _marker.MoveToAsync(Targets.Two, default);

        await RunAsync(Targets.One);

        Assert.Equal(Targets.Two, _marker.Holder());
    }

    [Fact]
    public async Task Law10_RunAsync_DaemonDiedInTheMiddleOfAHandover_NobodyIsGivenTheMarker()
    {
        await _enablement.TurnToAsync(Targets.One);
        await _marker.MoveToAsync(Targets.One, default);
        await _marker.WithdrawAsync(Targets.One, default);

        await RunAsync(Targets.One);

        Assert.Null(_marker.Holder());
        Assert.True(_marker.IsWithdrawn);
    }

    [Fact]
    public async Task RunAsync_BothEnabledBySomeoneElse_NobodyIsGivenTheMarker()
    {
        await _enablement.TurnToAsync(Targets.One);
        File.CreateSymbolicLink(_root.Paths.EnablementLink(Targets.Two), "/lib/systemd/system/systemd-nspawn@.service");

        await RunAsync(Targets.One);

        Assert.Null(_marker.Holder());
    }

    [Fact]
    public async Task RunAsync_NodeThatIsRestarted_KeepsItsMarker()
    {
        await _enablement.TurnToAsync(Targets.One);
        await _marker.MoveToAsync(Targets.One, default);

        await RunAsync(Targets.One);

        Assert.Equal(Targets.One, _marker.Holder());
    }

    [Fact]
    public async Task RunAsync_DirectoriesThatAreBound_AreThere()
    {
        await RunAsync(Targets.One);

        Assert.All(
            [
                _root.Paths.MarkerDirectory(Targets.One), _root.Paths.MarkerDirectory(Targets.Two), _root.Paths.SharedContainerd, _root.Paths.SharedPods,
                _root.Paths.Identity(Targets.One),
            ],
            d => Assert.True(Directory.Exists(d)));
    }

    [Fact]
    public async Task Law14_RunAsync_DeviceThatIsGone_IsLeftOut()
    {
        Directory.CreateDirectory(_root.Paths.SlotDirectory(Targets.One));
        await _binds.SaveAsync(Targets.One, [new HostBind("/dev/gone", "/dev/gone", IsDevice: true)], default);

        await RunAsync(Targets.One);

        Assert.DoesNotContain("/dev/gone", await File.ReadAllTextAsync(_root.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RegistrationWhoseLeaderIsGone_IsCleared()
    {
        _machined.Register("kube1", leader: int.MaxValue);

        await RunAsync(Targets.One);

        Assert.Equal(["kube1"], _machined.Unregistered);
    }

    [Fact]
    public async Task RunAsync_RegistrationWhoseLeadersNumberWasGivenToAnother_IsCleared()
    {
        _machined.Register("kube1", Environment.ProcessId);

        await RunAsync(Targets.One);

        Assert.Equal(["kube1"], _machined.Unregistered);
    }

    [Fact]
    public async Task Law13_RunAsync_RegistrationOfALivingMachine_Stays()
    {
        using var cgroup = new TestCgroup();
        cgroup.Run(cgroup.Child("payload"), "exec unshare --pid --fork --kill-child sh -c 'echo ready; sleep 1000; :'");
        _machined.Register("kube1", CgroupTree.Processes(cgroup.Path).Single(p => ProcessStatus.TryRead(p) is { IsNamespaceInit: true }));

        await RunAsync(Targets.One);

        Assert.Empty(_machined.Unregistered);
    }

    [Fact]
    public async Task RunAsync_RegistrationOfALivingVirtualMachine_Stays()
    {
        _machined.Register("kube1", Environment.ProcessId, kind: "vm");

        await RunAsync(Targets.One);

        Assert.Empty(_machined.Unregistered);
    }

    [Fact]
    public async Task RunAsync_MachinedThatDoesNotAnswer_DelaysTheStartByItsPatienceAlone()
    {
        await _enablement.TurnToAsync(Targets.One);
        _machined.Answering = token => Task.Delay(Timeout.Infinite, token);

        var run = RunAsync(Targets.One);
        while (!run.IsCompleted)
        {
            // Each part has a limit of its own; only the last one waits here.
            _time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        await run;
        Assert.Equal(Targets.One, _marker.Holder());
    }

    [Fact]
    public async Task RunAsync_OnePartFails_TheOthersAreDone()
    {
        await _enablement.TurnToAsync(Targets.One);
        Directory.CreateDirectory(_root.Paths.SlotDirectory(Targets.One));
        await File.WriteAllTextAsync(_root.Paths.BindList(Targets.One), "garbage");
        _machined.Answering = _ => throw new InvalidOperationException("not an error that anyone expects");

        await RunAsync(Targets.One);

        Assert.Equal(Targets.One, _marker.Holder());
    }

    [Fact]
    public async Task RunAsync_EnablementThatCantBeRead_OtherPartsAreDone()
    {
        Directory.CreateDirectory(_root.Paths.EnablementLink(Targets.One));
        _machined.Register("kube1", leader: int.MaxValue);

        await RunAsync(Targets.One);

        Assert.Equal(["kube1"], _machined.Unregistered);
    }

    [Fact]
    public async Task RunAsync_Cancelled_IsCancelled()
    {
        _machined.Answering = _ => throw new AgentException(LinuxErrors.BusUnavailable, "x", "y", "z");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewPrestart().RunAsync(Targets.One, new CancellationToken(canceled: true)));
    }

    private Task RunAsync(Core.Slots.SlotName slot) => NewPrestart().RunAsync(slot, default);

    private MachinePrestart NewPrestart() =>
        new(_root.Paths, _marker, _enablement, _binds, _machined, _time, NullLogger<MachinePrestart>.Instance);
}
