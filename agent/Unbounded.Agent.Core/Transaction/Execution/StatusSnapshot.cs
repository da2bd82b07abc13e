using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Everything that a status is made from, at one instant. Free of secrets in every text of it.</summary>
/// <param name="Record">The record; null when there is none yet.</param>
/// <param name="Slots">The slots as they were last seen; null when that failed.</param>
/// <param name="Plan">The plan that is carried out, or that explains why nothing is; null when not known.</param>
/// <param name="At">When, UTC.</param>
public sealed record StatusSnapshot(AgentRecord? Record, SlotsObservation? Slots, Plan? Plan, DateTimeOffset At)
{
    /// <summary>An error outside of any transition: a configuration that is not valid, say; null when there is none.</summary>
    public ErrorRecord? Problem { get; init; }
}
