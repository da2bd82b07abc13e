using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>The transition that a plan begins.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="From">The side that runs, null when there is none to go back to.</param>
/// <param name="To">The side that is to run.</param>
/// <param name="Target">
/// What it is to become; null for a rollback or a restart, whose target is what the record keeps of that side.
/// </param>
/// <param name="Policy">How to go about it.</param>
/// <param name="Observes">Operation counters that count as carried out when it ends.</param>
/// <param name="Request">The request that it carries out, null when none.</param>
/// <param name="Holds">Fingerprint that is not to be swapped to again when this ends well, null: none.</param>
public sealed record NewTransition(
    TransitionKind Kind,
    SlotName? From,
    SlotName To,
    Target? Target,
    UpdatePolicy Policy,
    OperationCounters? Observes = null,
    string? Request = null,
    string? Holds = null);
