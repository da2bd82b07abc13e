using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>What came of a reconciliation.</summary>
/// <param name="Plan">The last plan: one that has nothing to do says why.</param>
/// <param name="End">How its execution ended.</param>
/// <param name="Record">The record as it is stored now, null when there is none, or when it was stopped before looking.</param>
/// <param name="LookAgainAt">When to reconcile again if nothing happens before, UTC; null: only when something happens.</param>
/// <param name="Problem">What keeps the node from its desired state, null when nothing does.</param>
public sealed record ReconcileResult(
    Plan Plan,
    ExecutionEnd End,
    AgentRecord? Record,
    DateTimeOffset? LookAgainAt,
    ErrorRecord? Problem);
