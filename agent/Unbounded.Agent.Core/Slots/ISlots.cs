using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Slots;

/// <summary>
/// The whole contract between the transaction and a backend (machines, partitions). Every method may be called again after a
/// crash at any of its instants and then ends in the same state (law 1). None keeps state of its own: what a method needs beyond its
/// arguments it observes. Failures are <see cref="Errors.AgentException"/>.
/// </summary>
/// <remarks>
/// <see cref="CommitAsync"/> stands beside the six verbs of the design: which side the host boots is, for both backends, one durable
/// switch outside the record, and turning it is the point of no return. A record alone could not be: a power cut between the
/// record and the switch would boot the side that the record has given up.
/// </remarks>
public interface ISlots
{
    /// <summary>Names of the slots, in the backend's order; the first is used on a fresh host.</summary>
    IReadOnlyList<SlotName> Names { get; }

    /// <summary>Reads every slot's state from the system itself. Changes nothing.</summary>
    Task<SlotsObservation> InspectAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Fills a slot with the target and brings it as far as it can go without touching the active side (machines: booted and held back).
    /// What was in the slot is given up first. Refused for the slot that may run or that boots next. Ends with the slot <see cref="SlotState.HeldBack"/> (machines) or
    /// <see cref="SlotState.Complete"/> (partitions).
    /// </summary>
    Task PrepareAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Stops the slot's node software and ends its pods, so that no pod process is alive when it returns (law 10). The slot stays booted.
    /// Partitions: nothing.
    /// </summary>
    /// <param name="slot">The slot to stop.</param>
    /// <param name="podGrace">How long pods may take to end before they are killed; zero after a drain.</param>
    /// <param name="progress">Receives sub-steps.</param>
    /// <param name="cancellationToken">Cancels waiting, never halfway through ending a pod's processes.</param>
    Task DeactivateAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the slot the one whose node software may run, and starts it. Which side the host boots is unchanged: until
    /// <see cref="CommitAsync"/> a host reboot is a rollback (law 11). What runs already is not started again.
    /// </summary>
    Task<Activation> ActivateAsync(SlotName slot, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>The checks that are the backend's own, to be run by the gate beside the common ones.</summary>
    IReadOnlyList<ICheck> Checks(SlotName slot, Target target);

    /// <summary>
    /// THE POINT OF NO RETURN: from the instant this takes effect the host boots <paramref name="slot"/>. One atomic, durable
    /// change; repeating it is harmless. Takes no cancellation token on purpose.
    /// </summary>
    Task CommitAsync(SlotName slot);

    /// <summary>
    /// Gives up <paramref name="failed"/> (its node software is stopped, its content kept) and puts <paramref name="good"/> back to work,
    /// whatever state both are in: a booted, stopped or crashed one, the one that is permitted already, an empty <paramref name="failed"/>.
    /// Used before commit, and to bring the active slot back when it is found down.
    /// </summary>
    /// <param name="failed">The slot whose node software may not run afterwards.</param>
    /// <param name="good">The slot that runs afterwards; null when a first installation is given up: then no slot may run.</param>
    /// <param name="podGrace">How long pods of <paramref name="failed"/> may take to end before they are killed.</param>
    /// <param name="progress">Receives sub-steps.</param>
    /// <param name="cancellationToken">Bounds waiting.</param>
    Task<Activation> RevertAsync(SlotName failed, SlotName? good, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>Ends what still runs in the slot but keeps its content, for a later rollback (law 13: by stopping its service).</summary>
    Task RetireAsync(SlotName slot, CancellationToken cancellationToken);

    /// <summary>Frees the slot: ends what runs in it and removes its content and settings. Refused for the slot that may run or that boots next.</summary>
    Task ReleaseAsync(SlotName slot, CancellationToken cancellationToken);

    /// <summary>
    /// Boots a retained slot's content again, held back, as <see cref="PrepareAsync"/> does for new content: the first step of a
    /// rollback to <c>previous</c>. Fails when the content is not complete.
    /// </summary>
    Task ReviveAsync(SlotName slot, Target target, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>Restarts the active slot in place (spec.operations.rebootCounter): its service for machines, the host for partitions.</summary>
    Task<Activation> RestartAsync(SlotName slot, TimeSpan podGrace, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Brings what costs no swap (labels, taints for the next registration) into the running slot without restarting anything in it.
    /// </summary>
    Task ApplyLiveAsync(SlotName slot, Target target, CancellationToken cancellationToken);
}
