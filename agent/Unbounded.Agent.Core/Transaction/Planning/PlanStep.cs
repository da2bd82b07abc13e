using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>One step of a plan.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Description">The same for people, one sentence without a final period.</param>
public sealed record PlanStep(StepKind Kind, string Description)
{
    /// <summary>The slot it works on, null when on none.</summary>
    public SlotName? Slot { get; init; }

    /// <summary>The slot that runs afterwards, for a revert or a restore; null when none does.</summary>
    public SlotName? Good { get; init; }

    /// <summary>What it is expected to cost, null when nothing is known.</summary>
    public string? Prediction { get; init; }

    /// <summary>Why, for <see cref="StepKind.GiveUp"/>.</summary>
    public ErrorRecord? Error { get; init; }

    /// <summary>For <see cref="StepKind.GiveUp"/>: whether the target itself is to blame.</summary>
    public bool TargetFailed { get; init; }

    /// <summary>For <see cref="StepKind.Resume"/>: whether it counts as a failure (law 6).</summary>
    public bool Counted { get; init; }
}
