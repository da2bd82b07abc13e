using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// Slots that are system partitions. What is active is what booted; activating sets the slot on trial and ends the process; committing and going back are
/// one write of the boot environment each. Keeps nothing in memory.
/// </summary>
internal sealed class PartitionSlots : IBootedSlots
{
    private readonly ISlotTable _table;
    private readonly IBootEnvironment _boot;
    private readonly SlotNotes _notes;
    private readonly SlotFiller _filler;
    private readonly SlotChecks _checks;
    private readonly IHostReboot _reboot;

    public PartitionSlots(
        ISlotTable table,
        IBootEnvironment boot,
        SlotNotes notes,
        IImageOpener images,
        ISlotDevices devices,
        SlotChecks checks,
        IHostReboot reboot,
        AdaptiveSlots? adaptive = null)
    {
        (_table, _boot, _notes, _checks, _reboot) = (table, boot, notes, checks, reboot);
        _filler = new(boot, notes, images, devices, adaptive);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SlotName> Names => SlotTable.Names;

    /// <inheritdoc/>
    public async Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken)
    {
        var running = _table.Running();
        var boot = await _boot.ReadAsync(cancellationToken);
        var bootId = _table.BootId;
        var slots = new List<SlotObservation>();
        foreach (var name in Names)
            slots.Add(Observe(_table.Find(name), await _notes.ReadAsync(name, cancellationToken), boot, running, bootId));
        return new(bootId, running, boot.BootsNext(Names), slots)
        {
            BootDecides = true,
            HandoverNotes = ["the host reboots into the other slot: everything on it is down meanwhile", "what is on the data partition stays"],
        };
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await DemandUnusedAsync(slot, "written", cancellationToken);
        await _filler.FillAsync(_table.Find(slot), target, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (_table.Running() == slot)
            return Activation.Started;
        await DemandCompleteAsync(slot, cancellationToken);
        await _boot.WriteAsync((await _boot.ReadAsync(cancellationToken)).WithTrial(slot));
        return await RebootAsync(progress, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => _checks.For(slot, target, _table);

    /// <inheritdoc/>
    public async Task CommitAsync(SlotName slot) =>
        await _boot.WriteAsync((await _boot.ReadAsync(CancellationToken.None)).WithBootable(slot).WithCommitted(slot));

    /// <inheritdoc/>
    public async Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        // A host always runs a slot: a first installation, which has none to go back to, does not exist here.
        if (good is not { } back)
            return Activation.Started;
        var boot = await _boot.ReadAsync(cancellationToken);
        if (boot != boot.WithCommitted(back))
            await _boot.WriteAsync(boot.WithCommitted(back));
        return _table.Running() == back ? Activation.Started : await RebootAsync(progress, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RetireAsync(SlotName slot, CancellationToken cancellationToken) =>
        _table.Running() == slot ? throw InUse(slot, "retired", "it runs") : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        await DemandUnusedAsync(slot, "freed", cancellationToken);
        await _boot.WriteAsync((await _boot.ReadAsync(cancellationToken)).WithUnbootable(Names, slot));
        await _notes.RemoveAsync(slot, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        DemandCompleteAsync(slot, cancellationToken);

    /// <inheritdoc/>
    public Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        RebootAsync(progress, cancellationToken);

    /// <summary>Nothing: labels and taints of a node are no part of its system's image.</summary>
    public Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The first thing after a boot: a slot on trial has come up, so that its boots are no longer counted, and a boot environment with one bad copy is made
    /// whole. On a stable system nothing is written.
    /// </summary>
    public async Task ArriveAsync(CancellationToken cancellationToken) =>
        await _boot.WriteAsync((await _boot.ReadAsync(cancellationToken)).WithArrival(_table.Running()));

    private static SlotObservation Observe(SlotPartition partition, SlotNote? note, BootState boot, SlotName running, string bootId)
    {
        var complete = boot.IsBootable(partition.Slot) && note is not { Complete: false };
        var state = partition.Slot == running ? SlotState.Running
            : complete ? SlotState.Complete
            : note is null ? SlotState.Empty
            : SlotState.Partial;
        var known = state is SlotState.Running or SlotState.Complete ? note : null;
        return new(
            partition.Slot,
            state,
            known?.Fingerprint,
            known?.Image,
            known?.Digest,
            known?.Version,
            partition.Slot == running ? bootId : null,
            state == SlotState.Empty ? null : partition.SizeBytes);
    }

    private async Task DemandUnusedAsync(SlotName slot, string what, CancellationToken cancellationToken)
    {
        if (_table.Running() == slot)
            throw InUse(slot, what, "it runs");
        if ((await _boot.ReadAsync(cancellationToken)).Committed(Names) == slot)
            throw InUse(slot, what, "it is what the host boots");
    }

    private async Task DemandCompleteAsync(SlotName slot, CancellationToken cancellationToken)
    {
        _ = _table.Find(slot);
        if (!(await _boot.ReadAsync(cancellationToken)).IsBootable(slot))
        {
            throw new AgentException(
                PartitionsErrors.SlotIncomplete,
                $"Slot {slot} can't be booted",
                "no image was written to it whole and read back since it was given up last",
                "Write one: unbounded-agent update apply");
        }
    }

    private async Task<Activation> RebootAsync(IStepProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin("reboot");
        await _reboot.RebootAsync(cancellationToken);
        return Activation.EndsProcess;
    }

    private static AgentException InUse(SlotName slot, string what, string why) => new(
        PartitionsErrors.SlotInUse,
        $"Slot {slot} may not be {what}",
        why,
        "Let the agent choose the other slot; unbounded-agent update status shows both");
}
