using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>How far a transition is, at one instant: what the agent has written down, and what runs.</summary>
/// <param name="Transition">The transition in flight, as the record on the disk has it; null when there is none.</param>
/// <param name="Node">What runs.</param>
internal sealed record Moment(TransitionRecord? Transition, Sighting Node)
{
    /// <summary>The step that is under way or has ended, null when no transition is in flight.</summary>
    public StepKind? Step => Transition?.Step;

    /// <summary>The transition is in that step.</summary>
    public bool IsIn(params StepKind[] steps) => Transition is { StepState: StepState.Intent, Step: var step } && steps.Contains(step);

    /// <summary>In words of the report.</summary>
    public override string ToString() => Transition is not { } t ? "at rest"
        : $"{(t.GivenUp is null ? "" : "back: ")}{StepText(t.Step)} {(t.StepState == StepState.Intent ? "under way" : "done")}{(t.Committed ? ", committed" : "")}";

    private static string StepText(StepKind step) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());
}
