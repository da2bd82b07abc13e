using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Adoption;

/// <summary>A host that another agent set up: the first swap away from its machine, back to it, and everything that can come in between.</summary>
public sealed class AdoptedSwapTests : IAsyncLifetime
{
    private readonly MachinesScene _scene = new();

    public Task InitializeAsync() => _scene.AdoptAsync(Targets.One);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Inspect_AdoptedNode_RunsAndIsWhatTheHostBoots()
    {
        var slots = await InspectAsync();

        Assert.Equal((Targets.One, Targets.One), (slots.Permitted, slots.BootsNext));
        Assert.Equal(SlotState.Running, slots[Targets.One].State);
        Assert.Contains(slots.HandoverNotes, n => n.Contains("set up by another agent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_AdoptedNodesCertificate_IsSeenInItsOwnRoot()
    {
        Assert.True((await InspectAsync()).NodeHasCertificate);

        File.Delete(_scene.Paths.MachineRoot(Targets.One) + "/var/lib/kubelet/pki/kubelet-client-2026.pem");

        Assert.False((await InspectAsync()).NodeHasCertificate);
    }

    [Fact]
    public async Task Prepare_BesideTheAdoptedNode_TouchesNothingOfIt()
    {
        var before = Listing();

        await PrepareAsync();

        Assert.Equal(before, Listing());
        Assert.True(KubeletRuns(Targets.One));
        Assert.DoesNotContain(_scene.Host.Calls, c => c.Contains("kube1", StringComparison.Ordinal));
        Assert.DoesNotContain(_scene.Node(Targets.One).Fake.Calls, c => c.StartsWith("stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Swap_AwayFromTheAdoptedNode_MovesTheNodeWithoutRestartingIt()
    {
        var boot = _scene.Node(Targets.One).BootId;

        await SwapAsync();

        Assert.True(KubeletRuns(Targets.Two));
        Assert.False(KubeletRuns(Targets.One));
        var slots = await InspectAsync();
        Assert.Equal(Targets.Two, slots.Permitted);
        Assert.Equal((SlotState.HeldBack, boot), (slots[Targets.One].State, slots[Targets.One].BootId));
        Assert.DoesNotContain(_scene.Host.Calls, c => c.Contains("kube1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Law11_Swap_BeforeTheAdoptedKubeletIsStopped_NothingCanStartItAgain()
    {
        await PrepareAsync();
        var mayWork = true;
        _scene.Node(Targets.One).Fake.Unit(Units.Kubelet).Stopping = _ =>
        {
            mayWork = _scene.Node(Targets.One).MayWork();
            return Task.CompletedTask;
        };

        await HandOverAsync();

        Assert.False(mayWork);
        await _scene.RestartKubeletAsync(Targets.One);
        Assert.False(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Revert_ToTheAdoptedNode_ItsKubeletRunsAgainWithoutARestart()
    {
        await SwapAsync();

        await RevertAsync();

        Assert.True(KubeletRuns(Targets.One));
        Assert.False(KubeletRuns(Targets.Two));
        Assert.DoesNotContain(_scene.Host.Calls, c => c.Contains("kube1", StringComparison.Ordinal));
        await _scene.RestartKubeletAsync(Targets.One);
        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Revert_AndSwapAgain_WorksAsTheFirstTime()
    {
        await SwapAsync();
        await RevertAsync();

        await SwapAsync();

        Assert.True(KubeletRuns(Targets.Two));
        await _scene.RestartKubeletAsync(Targets.One);
        Assert.False(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Law11_HostBootsBeforeTheCommit_TheAdoptedMachineIsTheNode()
    {
        await SwapAsync();

        _scene.BootHost();
        await _scene.Host.StartAsync(Units.Machine(Targets.One));

        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal(Targets.One, (await InspectAsync()).Permitted);
    }

    [Fact]
    public async Task Law11_HostBootsBeforeTheCommitAndTheOtherIsBootedToo_OnlyTheAdoptedMachineIsTheNode()
    {
        await SwapAsync();

        _scene.BootHost();
        await _scene.Host.StartAsync(Units.Machine(Targets.Two));
        await _scene.Host.StartAsync(Units.Machine(Targets.One));

        Assert.True(KubeletRuns(Targets.One));
        Assert.False(KubeletRuns(Targets.Two));
    }

    [Fact]
    public async Task Law11_HostBootsAfterTheCommit_TheAdoptedMachineIsHeldBack()
    {
        await SwapAsync();
        await _scene.Slots.CommitAsync(Targets.Two);

        _scene.BootHost();
        await _scene.Host.StartAsync(Units.Machine(Targets.One));
        await _scene.Host.StartAsync(Units.Machine(Targets.Two));

        Assert.False(KubeletRuns(Targets.One));
        Assert.True(KubeletRuns(Targets.Two));
        Assert.Equal(SlotState.HeldBack, (await InspectAsync())[Targets.One].State);
    }

    [Fact]
    public async Task Law10_AdoptedMachineDiesInTheMiddleOfTheHandover_ComesBackHeldBack()
    {
        await PrepareAsync();
        await _scene.Slots.DeactivateAsync(Targets.One, TimeSpan.Zero, _scene.Progress, default);
        await _scene.Host.StopAsync(Units.Machine(Targets.One));

        await _scene.Host.StartAsync(Units.Machine(Targets.One));
        Assert.False(KubeletRuns(Targets.One));
        await _scene.Slots.ActivateAsync(Targets.Two, _scene.Progress, default);

        Assert.True(KubeletRuns(Targets.Two));
        Assert.False(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Revert_AdoptedMachineWasRestartedMeanwhile_SeesTheMarkerThroughItsBind()
    {
        await SwapAsync();
        await _scene.Host.StopAsync(Units.Machine(Targets.One));
        await _scene.Host.StartAsync(Units.Machine(Targets.One));

        await RevertAsync();

        Assert.True(KubeletRuns(Targets.One));
        Assert.False(File.Exists(_scene.Paths.MachineRoot(Targets.One) + InMachine.Marker));
    }

    [Fact]
    public async Task Rollback_ToTheRetainedAdoptedMachine_BootsHeldBackAndTakesOver()
    {
        await SwapAsync();
        await _scene.Slots.CommitAsync(Targets.Two);
        await _scene.Slots.RetireAsync(Targets.One, default);
        Assert.Equal(SlotState.Complete, (await InspectAsync())[Targets.One].State);

        await _scene.Slots.ReviveAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        Assert.False(KubeletRuns(Targets.One));
        await _scene.Slots.DeactivateAsync(Targets.Two, TimeSpan.Zero, _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.One, _scene.Progress, default);
        await _scene.Slots.CommitAsync(Targets.One);

        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal((Targets.One, Targets.One), ((await InspectAsync()).Permitted, (await InspectAsync()).BootsNext));
    }

    [Fact]
    public async Task Prepare_IntoTheAdoptedSlotLater_RemovesItWithEverythingThatWasAdded()
    {
        await SwapAsync();
        await _scene.Slots.CommitAsync(Targets.Two);
        await _scene.Slots.RetireAsync(Targets.One, default);

        await _scene.Slots.PrepareAsync(Targets.One, _scene.Image("v3", "1.20.6"), _scene.Progress, default);

        Assert.Equal("1.20.6", (await InspectAsync())[Targets.One].KubernetesVersion);
        Assert.False(File.Exists(_scene.Paths.MarkerDropIn(Targets.One)));
        Assert.DoesNotContain("/dev/kvm", await File.ReadAllTextAsync(_scene.Paths.NspawnFile(Targets.One)), StringComparison.Ordinal);
        Assert.DoesNotContain((await InspectAsync()).HandoverNotes, n => n.Contains("another agent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_TheAdoptedNode_IsTheNodeAgain()
    {
        await _scene.Slots.RestartAsync(Targets.One, TimeSpan.Zero, _scene.Progress, default);

        Assert.True(KubeletRuns(Targets.One));
        Assert.Equal(Targets.One, _scene.Marker.Holder());
    }

    [Fact]
    public async Task Revert_AdoptedNodeFoundDown_IsBroughtBack()
    {
        await _scene.Host.StopAsync(Units.Machine(Targets.One));
        Assert.Equal(SlotState.Down, (await InspectAsync())[Targets.One].State);

        await RevertAsync();

        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task Swap_Identity_IsCarriedOutOfTheAdoptedRoot()
    {
        await SwapAsync();

        Assert.True(_scene.Identity.HasCertificate(Targets.Two));
        Assert.Equal("2026", await File.ReadAllTextAsync(_scene.Paths.Identity(Targets.Two) + "/kubelet-client-2026.pem"));
    }

    [Fact]
    public async Task Swap_CertificateRotatedSinceThePreparation_IsTheOneCarried()
    {
        await PrepareAsync();
        var pki = _scene.Paths.MachineRoot(Targets.One) + InMachine.KubeletPki;
        await File.WriteAllTextAsync(pki + "/kubelet-client-2027.pem", "2027");
        File.Delete(pki + "/kubelet-client-current.pem");
        File.CreateSymbolicLink(pki + "/kubelet-client-current.pem", "/var/lib/kubelet/pki/kubelet-client-2027.pem");

        await HandOverAsync();

        Assert.Equal(
            "/var/lib/kubelet/pki/kubelet-client-2027.pem",
            new FileInfo(_scene.Paths.Identity(Targets.Two) + "/kubelet-client-current.pem").LinkTarget);
    }

    [Fact]
    public async Task Rollback_Identity_IsCarriedBackIntoTheAdoptedRoot()
    {
        await SwapAsync();
        await _scene.Slots.CommitAsync(Targets.Two);
        await _scene.Slots.RetireAsync(Targets.One, default);
        _scene.GiveCertificate(Targets.Two, "2028");

        await _scene.Slots.ReviveAsync(Targets.One, _scene.Image("v1", "1.20.2"), _scene.Progress, default);
        await _scene.Slots.DeactivateAsync(Targets.Two, TimeSpan.Zero, _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.One, _scene.Progress, default);

        Assert.Equal(
            "/var/lib/kubelet/pki/kubelet-client-2028.pem",
            new FileInfo(_scene.Paths.MachineRoot(Targets.One) + InMachine.KubeletPki + "/kubelet-client-current.pem").LinkTarget);
    }

    [Fact]
    public async Task Swap_AdoptedNodeWithoutACertificate_NewSideJoinsAnew()
    {
        Directory.Delete(_scene.Paths.MachineRoot(Targets.One) + InMachine.KubeletPki, recursive: true);

        await SwapAsync();

        Assert.False(_scene.Identity.HasCertificate(Targets.Two));
        Assert.True(KubeletRuns(Targets.Two));
    }

    [Fact]
    public async Task ApplyLive_AdoptedNode_KeepsItsKubeletsArguments()
    {
        await _scene.Slots.ApplyLiveAsync(Targets.One, _scene.Image("v1", "1.20.2"), default);

        Assert.Equal(
            MachinesScene.ForeignNodeConfig,
            await File.ReadAllTextAsync(_scene.Paths.MachineRoot(Targets.One) + "/etc/systemd/system/kubelet.service.d/20-node-config.conf"));
    }

    [Fact]
    public async Task Law08_Revert_AdoptedContainerdFails_SharedCacheIsNotTouched()
    {
        await SwapAsync();
        Directory.CreateDirectory(_scene.Paths.SharedContainerd + "/io");
        var containerd = _scene.Node(Targets.One).Fake.Unit(Units.Containerd);
        containerd.Starting = _ => throw new Core.Errors.AgentException(Linux.LinuxErrors.JobFailed, "x", "y", "z");

        await Assert.ThrowsAsync<Core.Errors.AgentException>(RevertAsync);

        Assert.Equal([_scene.Paths.SharedContainerd + "/io"], Directory.GetFileSystemEntries(_scene.Paths.SharedContainerd));
    }

    private async Task SwapAsync()
    {
        await PrepareAsync();
        await HandOverAsync();
    }

    private Task PrepareAsync() => _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

    private async Task HandOverAsync()
    {
        await _scene.Slots.DeactivateAsync(Targets.One, TimeSpan.Zero, _scene.Progress, default);
        await _scene.Slots.ActivateAsync(Targets.Two, _scene.Progress, default);
    }

    private Task RevertAsync() => _scene.Slots.RevertAsync(Targets.Two, Targets.One, TimeSpan.Zero, _scene.Progress, default);

    private Task<SlotsObservation> InspectAsync() => _scene.Slots.InspectAsync(default);

    private bool KubeletRuns(SlotName slot) => _scene.Nodes[slot] is FakeNode { Fake: var fake } && fake.Unit(Units.Kubelet).State.ActiveState == ActiveState.Active;

    private List<string> Listing() =>
        [.. Directory.EnumerateFileSystemEntries(_scene.Paths.MachineRoot(Targets.One), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
