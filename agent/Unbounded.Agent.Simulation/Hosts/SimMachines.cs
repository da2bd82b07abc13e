using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>Slots like nspawn machines: both may be booted, one holds the marker, one is enabled.</summary>
internal sealed class SimMachines(Scissors scissors, TimeProvider time)
    : SimHost(scissors, time, new SlotName("kube1"), new SlotName("kube2"))
{
    private SlotName? _marker;

    /// <summary>Planted bug: the old kubelet is not stopped.</summary>
    public bool ForgetsKubelet { get; set; }

    /// <summary>Planted bug: the old side's pods are not ended.</summary>
    public bool ForgetsPods { get; set; }

    /// <summary>Planted bug: activating also enables.</summary>
    public bool EnablesAtActivate { get; set; }

    public SlotName? Enabled { get; set; }

    public override SlotName? Permitted => _marker;

    public override SlotName? BootsNext => Enabled;

    protected override bool BootDecides => false;

    public override void CopyFrom(SimHost other)
    {
        base.CopyFrom(other);
        var machines = (SimMachines)other;
        (_marker, Enabled) = (machines._marker, machines.Enabled);
        (ForgetsKubelet, ForgetsPods, EnablesAtActivate) = (machines.ForgetsKubelet, machines.ForgetsPods, machines.EnablesAtActivate);
    }

    /// <summary>A node as the ancestor leaves it, running.</summary>
    public void SetUp(SlotName slot, Target target, bool foreign = false)
    {
        this[slot].Content = target;
        this[slot].Foreign = foreign;
        Enabled = slot;
        BootCommitted();
    }

    /// <summary>The machine's service fails, and its marker stays.</summary>
    public void Fail(SlotName slot) => this[slot].PowerOff();

    public override async Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        Require(_marker != slot, $"{slot} is prepared while it runs");
        Require(Enabled != slot, $"{slot} is prepared while the host boots it");
        progress.Begin("fill");
        await FillAsync(this[slot], target, cancellationToken);
        progress.Begin("boot");
        await BootAsync(this[slot]);
    }

    public override async Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        Require(podGrace > TimeSpan.Zero || this[slot].Pods == 0, "law 10: the pods of a node that was not drained are given no time");
        progress.Begin("stop-kubelet");
        await StopAsync(this[slot]);
    }

    public override async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin("start");
        if (EnablesAtActivate)
        {
            Enabled = slot;
            NoteCommit(slot);
        }

        await BootAsync(this[slot]);
        await StartAsync(this[slot], cancellationToken);
        return Activation.Started;
    }

    public override async Task CommitAsync(SlotName slot)
    {
        RequireComplete(this[slot]);
        await MayAsync($"enable {slot}");
        Enabled = slot;
        NoteCommit(slot);
        await DidAsync($"enable {slot}");
    }

    public override async Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await StopAsync(this[failed]);
        if (good is not { } slot)
        {
            _marker = null;
            await DidAsync("remove marker");
            return Activation.Started;
        }

        if (!this[slot].Booted || _marker != slot || !this[slot].Kubelet || !this[slot].Containerd)
        {
            await BootAsync(this[slot]);
            await StartAsync(this[slot], cancellationToken);
        }

        return Activation.Started;
    }

    public override async Task RetireAsync(SlotName slot, CancellationToken cancellationToken)
    {
        Require(_marker != slot, $"{slot} is retired while it may run");
        this[slot].PowerOff();
        await DidAsync($"stop {slot}");
    }

    public override async Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        Require(_marker != slot, $"{slot} is released while it may run");
        Require(Enabled != slot, $"{slot} is released while the host boots it");
        this[slot].PowerOff();
        await DidAsync($"stop {slot}");
        this[slot].Partial = this[slot].Content is not null;
        await DidAsync($"unmark {slot}");
        this[slot].Content = null;
        this[slot].Partial = false;
        await DidAsync($"empty {slot}");
    }

    public override async Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        Require(_marker != slot, $"{slot} is revived while it runs");
        RequireComplete(this[slot]);
        await BootAsync(this[slot]);
    }

    public override async Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await StopAsync(this[slot]);
        this[slot].PowerOff();
        await DidAsync($"stop {slot}");
        await BootAsync(this[slot]);
        await StartAsync(this[slot], cancellationToken);
        return Activation.Started;
    }

    protected override SlotState StateOf(SimSide side)
    {
        var permitted = _marker == side.Name || (_marker is null && Enabled == side.Name && side.Booted);
        return side switch
        {
            { Content: null } => SlotState.Empty,
            { Partial: true } => SlotState.Partial,
            { Booted: true } => permitted ? SlotState.Running : SlotState.HeldBack,
            _ => permitted ? SlotState.Down : SlotState.Complete,
        };
    }

    // What systemd does without the agent: the enabled machine boots, and as nobody holds a marker it gets one.
    protected override void BootCommitted()
    {
        _marker = null;
        if (Enabled is not { } slot || !this[slot].Complete || this[slot].Nature == Nature.NeverBoots)
        {
            return;
        }

        this[slot].Booted = true;
        this[slot].BootCount++;
        _marker = slot;
        this[slot].Containerd = true;
        StartKubelet(this[slot]);
    }

    protected override void Watch()
    {
        var kubelets = Sides.Where(s => s.Kubelet).ToList();
        Require(kubelets.Count <= 1, "law 10: two kubelets run");
        Require(kubelets.All(s => s.Name == _marker), "law 11: a kubelet runs without the marker");
        Require(kubelets.All(k => Sides.Where(s => s != k).All(s => s.Pods == 0)), "law 10: a pod of the other side is alive while a kubelet runs");
        Require(Enabled is null || this[Enabled.Value].Complete, "law 11: the host boots a side that is not complete");
    }

    private async Task BootAsync(SimSide side)
    {
        if (side.Booted)
        {
            return;
        }

        RequireComplete(side);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Time, CancellationToken.None);
        if (side.Nature == Nature.NeverBoots)
        {
            throw new AgentException(MachinesErrors.BootFailed, $"{side.Name} did not boot", "its init failed", "Correct the image");
        }

        side.Booted = true;
        side.BootCount++;
        await DidAsync($"boot {side.Name}");
    }

    private async Task StopAsync(SimSide side)
    {
        side.Kubelet &= ForgetsKubelet;
        await DidAsync($"stop kubelet of {side.Name}");
        side.Pods = ForgetsPods ? side.Pods : 0;
        await DidAsync($"end pods of {side.Name}");
        side.Containerd = false;
        await DidAsync($"stop containerd of {side.Name}");
    }

    private async Task StartAsync(SimSide side, CancellationToken cancellationToken)
    {
        await MayAsync($"marker to {side.Name}", cancellationToken);
        _marker = side.Name;
        await DidAsync($"marker to {side.Name}");
        if (side.Nature == Nature.ContainerdFails)
        {
            throw new AgentException(MachinesErrors.NodeSoftwareFailed, $"containerd of {side.Name} failed", "exit status 1", "Correct the image");
        }

        if (side.Kubelet && side.Containerd)
        {
            return;
        }

        side.Containerd = true;
        await DidAsync($"start containerd of {side.Name}");
        StartKubelet(side);
        await DidAsync($"start kubelet of {side.Name}");
    }
}
