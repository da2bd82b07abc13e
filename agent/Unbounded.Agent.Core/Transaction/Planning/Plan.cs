using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What the agent is about to do, as data. Immutable; made by <see cref="Planner"/>, carried out by the executor.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Summary">Why, one sentence without a final period.</param>
public sealed record Plan(PlanKind Kind, string Summary)
{
    /// <summary>What is done, in order. Empty: nothing.</summary>
    public IReadOnlyList<PlanStep> Steps { get; init; } = [];

    /// <summary>The transition that its <see cref="StepKind.Begin"/> step begins, null when it begins none.</summary>
    public NewTransition? Transition { get; init; }

    /// <summary>What its <see cref="StepKind.Adopt"/> step adopts, null when it has none.</summary>
    public Adoption? Adopts { get; init; }

    /// <summary>What its <see cref="StepKind.ApplyLive"/> step brings into the running side, null when it has none.</summary>
    public Target? Live { get; init; }

    /// <summary>The policy for what is done outside a transition, which has its own; null when none is known: the defaults.</summary>
    public UpdatePolicy? Policy { get; init; }

    /// <summary>What its <see cref="StepKind.ObserveCounters"/> step takes over, null when it has none.</summary>
    public OperationCounters? Counters { get; init; }

    /// <summary>The retry nonce at the time, for <see cref="StepKind.AcceptBooted"/>.</summary>
    public string? RetryNonce { get; init; }

    /// <summary>What is kept and lost, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How long the node is expected to be down; null when it is not, or when that was never measured here.</summary>
    public TimeSpan? PredictedDowntime { get; init; }

    /// <summary>When deciding again may have another outcome without anything else happening, UTC; null: never.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>Why nothing is done and what a person can do about it, for <see cref="PlanKind.Refused"/>.</summary>
    public ErrorRecord? Refusal { get; init; }

    /// <summary>The request that this plan answers without carrying it out (refused, or carried out before); null when none.</summary>
    public string? AnsweredRequest { get; init; }

    /// <summary>The requests that this plan neither begins to carry out nor answers: they stay until something else changes.</summary>
    public IReadOnlyList<string> WaitingRequests { get; init; } = [];
}
