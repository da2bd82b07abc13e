using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>A host under a real backend: what is asked of its slots, the backend does to what is simulated below it.</summary>
internal abstract class BackendHost(Scissors scissors, TimeProvider time, params SlotName[] names) : SimHost(scissors, time, names)
{
    /// <summary>The product's.</summary>
    protected abstract ISlots Backend { get; }

    public override Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        Backend.DeactivateAsync(slot, podGrace, progress, cancellationToken);

    public override Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken) =>
        Backend.ActivateAsync(slot, progress, cancellationToken);

    public override Task CommitAsync(SlotName slot) => Backend.CommitAsync(slot);

    public override Task<Activation> RevertAsync(
        SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        Backend.RevertAsync(failed, good, podGrace, progress, cancellationToken);

    public override Task RetireAsync(SlotName slot, CancellationToken cancellationToken) => Backend.RetireAsync(slot, cancellationToken);

    public override Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken) => Backend.ReleaseAsync(slot, cancellationToken);

    public override Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken) =>
        Backend.ReviveAsync(slot, target, progress, cancellationToken);

    public override Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken) =>
        Backend.RestartAsync(slot, podGrace, progress, cancellationToken);

    public override Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken) =>
        Backend.ApplyLiveAsync(slot, target, cancellationToken);

    protected sealed override SlotState StateOf(SimSide side) => throw new NotSupportedException("the real backend tells the state");
}
