using System.Text;
using Unbounded.Agent.Core;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Adoption;

/// <summary>
/// What the ancestor leaves when it is cut off at some instant of its update, on real files: each is adopted without a restart, or refused with what to
/// do, and nothing is changed before that is clear.
/// </summary>
public sealed class AncestorLeftoversTests : IAsyncDisposable
{
    private readonly MachinesScene _scene = new();
    private readonly AppliedConfigFiles _applied;

    public AncestorLeftoversTests() =>
        _applied = new(new DurableStore(), Directory.CreateDirectory(_scene.Root.Path + "/etc/unbounded/agent").FullName, Targets.Both);

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Untouched_IsAdoptedAsItRuns()
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One);

        var plan = await PlanAsync();

        Assert.Equal((PlanKind.Adopt, Targets.One), (plan.Kind, plan.Adopts!.Config.Slot));
        Assert.True(KubeletRuns(Targets.One));
    }

    [Fact]
    public async Task SidecarMissing_IsAdoptedWithAWarning()
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One, sidecar: null);

        var plan = await PlanAsync();

        Assert.Equal(PlanKind.Adopt, plan.Kind);
        Assert.Contains(plan.Notes, n => n.Contains("checksum", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("no checksum at all")]
    [InlineData("")]
    public async Task SidecarWrong_IsRefused(string sidecar)
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One, sidecar: sidecar);

        await RefusedAsync(CoreErrors.AppliedConfigMismatch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"MachineName\": \"edge-1\", ")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task ConfigTorn_IsRefused(string config)
    {
        await _scene.AdoptAsync(Targets.One);
        await File.WriteAllTextAsync(_applied.PathOf(Targets.One), config);

        await RefusedAsync(CoreErrors.AppliedConfigInvalid);
    }

    [Fact]
    public async Task CutOffAfterTheNewConfigWasWritten_TwoConfigsAreRefusedAndOneOfThemIsAdopted()
    {
        await _scene.AdoptAsync(Targets.Two, "1.20.4");
        Applied(Targets.One);
        Applied(Targets.Two);
        await RefusedAsync(CoreErrors.AppliedConfigAmbiguous);

        // What the refusal says to do.
        File.Delete(_applied.PathOf(Targets.One));
        File.Delete(_applied.SidecarPathOf(Targets.One));
        var plan = await PlanAsync();

        Assert.Equal((PlanKind.Adopt, Targets.Two), (plan.Kind, plan.Adopts!.Config.Slot));
    }

    [Fact]
    public async Task CutOffBeforeTheNewConfigWasWritten_TheOldOnesConfigIsRefused()
    {
        await _scene.AdoptAsync(Targets.Two, "1.20.4");
        _scene.ForeignRoot(Targets.One);
        Applied(Targets.One);

        await RefusedAsync(CoreErrors.ActiveSideUnknown);
    }

    [Fact]
    public async Task CutOffBetweenTheStopOfTheOldAndTheStartOfTheNew_TheOldIsAdoptedAndBroughtBack()
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One);
        _scene.ForeignRoot(Targets.Two, "1.20.4");
        File.Delete(_scene.Paths.EnablementLink(Targets.One));
        await _scene.Host.StopAsync(Units.Machine(Targets.One));

        Assert.Equal(PlanKind.Adopt, (await PlanAsync()).Kind);
        await _scene.Slots.RevertAsync(Targets.Two, Targets.One, TimeSpan.Zero, _scene.Progress, default);
        await _scene.Slots.CommitAsync(Targets.One);

        Assert.True(KubeletRuns(Targets.One));
        var slots = await _scene.Slots.InspectAsync(default);
        Assert.Equal((Targets.One, Targets.One, SlotState.Complete), (slots.Permitted, slots.BootsNext, slots[Targets.Two].State));
    }

    [Fact]
    public async Task CutOffAfterTheFirstMachineWasStarted_AMachineWithoutAConfigIsRefused()
    {
        await _scene.AdoptAsync(Targets.One);

        await RefusedAsync(CoreErrors.UnexplainedSide);
    }

    [Fact]
    public async Task Law10_BothMachinesBooted_AreRefusedUntilOneIsStopped()
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One);
        // Its kubelet does not matter: nothing would hold it back.
        _scene.ForeignRoot(Targets.Two, "1.20.4");
        _scene.Software = (_, node) => node.MayWork = () => false;
        await _scene.Host.StartAsync(Units.Machine(Targets.Two));

        var refusal = await Assert.ThrowsAsync<AgentException>(() => _scene.Slots.InspectAsync(default));
        Assert.Equal(MachinesErrors.TwoNodes, refusal.Code);
        Assert.Contains("systemctl disable --now", refusal.Next, StringComparison.Ordinal);

        await _scene.Host.StopAsync(Units.Machine(Targets.Two));
        Assert.Equal(PlanKind.Adopt, (await PlanAsync()).Kind);
    }

    [Fact]
    public async Task HalfBuiltAlternateBesideTheNode_IsAdoptedAndBuiltAnew()
    {
        await _scene.AdoptAsync(Targets.One);
        Applied(Targets.One);
        _scene.Root.Write("/var/lib/machines/kube2/etc/os-release", "ID=debian\n");
        _scene.Root.Write("/etc/systemd/nspawn/kube2.nspawn", MachinesScene.ForeignSettings);

        Assert.Equal(PlanKind.Adopt, (await PlanAsync()).Kind);
        Assert.Equal(SlotState.Partial, (await _scene.Slots.InspectAsync(default))[Targets.Two].State);
        await _scene.Slots.PrepareAsync(Targets.Two, _scene.Image("v2", "1.20.4"), _scene.Progress, default);

        Assert.False(File.Exists(_scene.Paths.MachineRoot(Targets.Two) + "/etc/os-release"));
        Assert.Equal(SlotState.HeldBack, (await _scene.Slots.InspectAsync(default))[Targets.Two].State);
        Assert.True(KubeletRuns(Targets.One));
    }

    [Theory]
    [InlineData("usr/local/bin/kubelet")]
    [InlineData("usr/lib/systemd/systemd")]
    [InlineData("etc/systemd/system/kubelet.service")]
    public async Task HalfBuiltRootOfTheNode_IsRefused(string missing)
    {
        _scene.ForeignRoot(Targets.One);
        Applied(Targets.One);
        File.Delete($"{_scene.Paths.MachineRoot(Targets.One)}/{missing}");

        await RefusedAsync(CoreErrors.AppliedConfigWithoutSide);
    }

    [Fact]
    public async Task HalfBuiltRootOfAFirstInstallation_IsInstalledOver()
    {
        _scene.Root.Write("/var/lib/machines/kube1/etc/os-release", "ID=debian\n");

        var plan = await PlanAsync();

        Assert.Equal((PlanKind.Install, Targets.One), (plan.Kind, plan.Transition!.To));
        await _scene.InstallAsync(Targets.One, _scene.Image("v1", "1.20.2"));
        Assert.True(KubeletRuns(Targets.One));
        Assert.False(File.Exists(_scene.Paths.MachineRoot(Targets.One) + "/etc/os-release"));
    }

    [Fact]
    public async Task EmptyRootDirectory_IsNoMachine()
    {
        Directory.CreateDirectory(_scene.Paths.MachineRoot(Targets.One));
        Applied(Targets.One);

        await RefusedAsync(CoreErrors.AppliedConfigWithoutSide);
    }

    private async Task RefusedAsync(ErrorCode code)
    {
        var before = _scene.Host.Calls.Count;

        var plan = await PlanAsync();

        Assert.Equal((PlanKind.Refused, code.Id), (plan.Kind, plan.Refusal?.Code));
        Assert.NotEmpty(plan.Refusal!.NextStep);
        Assert.Empty(plan.Steps);
        Assert.Equal(before, _scene.Host.Calls.Count);
    }

    private async Task<Plan> PlanAsync()
    {
        var observed = await new Surveyor(_scene.Slots, _applied).ObserveAsync(record: null, Requests.None, default);
        var target = _scene.Image("v1", "1.20.2");
        return Planner.Decide(record: null, new Desired(target, new(0, 0), []), observed, _scene.Time.GetUtcNow());
    }

    // As the ancestor writes it; its sidecar: the right one, none, or other text.
    private void Applied(SlotName slot, string? sidecar = "right")
    {
        var config = AppliedConfig.Serialize(Configs.Standalone());
        File.WriteAllBytes(_applied.PathOf(slot), config);
        if (sidecar is not null)
        {
            File.WriteAllBytes(_applied.SidecarPathOf(slot), sidecar == "right" ? AppliedConfig.Sidecar(config) : Encoding.ASCII.GetBytes(sidecar));
        }
    }

    private bool KubeletRuns(SlotName slot) =>
        _scene.Nodes[slot] is FakeNode { Fake: var fake } && fake.Unit(Units.Kubelet).State.ActiveState == ActiveState.Active;
}
