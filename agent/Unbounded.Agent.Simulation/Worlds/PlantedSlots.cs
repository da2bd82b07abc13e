using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>A backend with a fault in it.</summary>
internal sealed class PlantedSlots(ISlots slots, Plant plant) : ISlots
{
    private (SlotName Slot, TimeSpan Grace)? _stopped;
    private SlotName? _released;

    public IReadOnlyList<SlotName> Names => slots.Names;

    public async Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken)
    {
        if (_released is { } slot)
        {
            _released = null;
            await slots.ReleaseAsync(slot, cancellationToken);
        }

        return await slots.InspectAsync(cancellationToken);
    }

    public Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        slots.PrepareAsync(slot, target, progress, cancellationToken);

    public Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (plant != Plant.StartsBeforeItStops)
        {
            return slots.DeactivateAsync(slot, podGrace, progress, cancellationToken);
        }

        _stopped = (slot, podGrace);
        return Task.CompletedTask;
    }

    public async Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (plant == Plant.CommitsBeforeProof)
        {
            await slots.CommitAsync(slot);
        }

        var end = await slots.ActivateAsync(slot, progress, cancellationToken);
        if (_stopped is { } old)
        {
            await slots.DeactivateAsync(old.Slot, old.Grace, progress, cancellationToken);
        }

        return end;
    }

    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target) => slots.Checks(slot, target);

    public Task CommitAsync(SlotName slot) =>
        slots.CommitAsync(plant == Plant.EnablesTheWrongSide ? slots.Names.First(n => n != slot) : slot);

    public Task<Activation> RevertAsync(SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        slots.RevertAsync(failed, good, podGrace, progress, cancellationToken);

    public Task RetireAsync(SlotName slot, CancellationToken cancellationToken) => slots.RetireAsync(slot, cancellationToken);

    public Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (plant != Plant.ReleasesLate)
        {
            return slots.ReleaseAsync(slot, cancellationToken);
        }

        _released = slot;
        return Task.CompletedTask;
    }

    public Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        slots.ReviveAsync(slot, target, progress, cancellationToken);

    public Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        slots.RestartAsync(slot, podGrace, progress, cancellationToken);

    public Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) =>
        slots.ApplyLiveAsync(slot, target, cancellationToken);
}
