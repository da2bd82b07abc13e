using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>Slots like system partitions: activating ends the process, and the active side is what booted.</summary>
internal sealed class SimPartitions(Scissors scissors, TimeProvider time)
    : SimHost(scissors, time, new SlotName("A"), new SlotName("B"))
{
    private SlotName? _running;

    /// <summary>Durable: what the boot loader starts.</summary>
    public SlotName? Default { get; set; }

    /// <summary>Durable: what it starts once, at the next boot.</summary>
    public SlotName? Trial { get; private set; }

    /// <summary>Planted bug: the trial is made the default.</summary>
    public bool CommitsAtActivate { get; set; }

    public override SlotName? Permitted => _running;

    public override SlotName? BootsNext => Trial ?? Default;

    public override bool MayBootATrial => true;

    protected override bool BootDecides => true;

    public override void CopyFrom(SimHost other)
    {
        base.CopyFrom(other);
        var partitions = (SimPartitions)other;
        (_running, Default, Trial) = (partitions._running, partitions.Default, partitions.Trial);
        CommitsAtActivate = partitions.CommitsAtActivate;
    }

    public void SetUp(SlotName slot, Target target)
    {
        this[slot].Content = target;
        Default = slot;
        BootCommitted();
    }

    public override async Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        Require(_running != slot, $"{slot} is written while it runs");
        Require(Default != slot, $"{slot} is written while the host boots it");
        if (Trial == slot)
        {
            Trial = null;
            await DidAsync("clear trial");
        }

        await FillAsync(this[slot], target, cancellationToken);
    }

    public override Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public override async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (_running == slot)
        {
            return Activation.Started;
        }

        RequireComplete(this[slot]);
        Trial = slot;
        if (CommitsAtActivate)
        {
            Default = slot;
            NoteCommit(slot);
        }

        await DidAsync($"trial {slot}");
        GoesDown = true;
        await DidAsync("reboot");
        return Activation.EndsProcess;
    }

    public override async Task CommitAsync(SlotName slot)
    {
        Trial = null;
        Default = slot;
        NoteCommit(slot);
        await DidAsync($"default {slot}");
    }

    public override async Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (Trial is not null)
        {
            Trial = null;
            await DidAsync("clear trial");
        }

        if (_running == good || good is null)
        {
            return Activation.Started;
        }

        Default = good;
        NoteCommit(good.Value);
        await DidAsync($"default {good}");
        GoesDown = true;
        await DidAsync("reboot");
        return Activation.EndsProcess;
    }

    public override async Task RetireAsync(SlotName slot, CancellationToken cancellationToken)
    {
        Require(_running != slot, $"{slot} is retired while it runs");
        await DidAsync($"retire {slot}");
    }

    public override async Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        Require(_running != slot, $"{slot} is released while it runs");
        Require(Default != slot, $"{slot} is released while the host boots it");
        this[slot].Partial = this[slot].Content is not null;
        await DidAsync($"unmark {slot}");
        this[slot].Content = null;
        this[slot].Partial = false;
        await DidAsync($"empty {slot}");
    }

    public override async Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        RequireComplete(this[slot]);
        await DidAsync($"check {slot}");
    }

    public override async Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        GoesDown = true;
        await DidAsync("reboot");
        return Activation.EndsProcess;
    }

    protected override SlotState StateOf(SimSide side) => side switch
    {
        { Content: null } => SlotState.Empty,
        { Partial: true } => SlotState.Partial,
        _ => side.Name == _running ? SlotState.Running : SlotState.Complete,
    };

    // What the boot loader does: the trial once, else the default.
    protected override void BootCommitted()
    {
        var trial = Trial;
        Trial = null;
        _running = trial is { } t && Boots(t) ? t : Default is { } d && Boots(d) ? d : null;
        if (_running is { } slot)
        {
            this[slot].Booted = true;
            this[slot].BootCount++;
            this[slot].Containerd = true;
            StartKubelet(this[slot]);
        }
    }

    protected override void Watch()
    {
        Require(Sides.Count(s => s.Kubelet) <= 1, "law 10: two kubelets run");
        Require(Default is null || this[Default.Value].Complete, "law 11: the host boots a side that is not complete");
        Require(Trial is null || this[Trial.Value].Complete, "a side that is not complete is on trial");
    }

    private bool Boots(SlotName slot) => this[slot].Complete && this[slot].Nature is not (Nature.NeverBoots or Nature.ContainerdFails);
}
