using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Commands.Plan;

/// <summary>What <c>plan --output json</c> prints (docs/schemas/plan.schema.json).</summary>
/// <param name="Kind">What the plan is for: <c>swap</c>, <c>nothing</c>, <c>waiting</c>.</param>
/// <param name="Summary">Why, one sentence.</param>
/// <param name="Transition">The transition that it begins, null when none.</param>
/// <param name="Steps">What would be done, in order; empty: nothing.</param>
/// <param name="Notes">What is kept and lost.</param>
/// <param name="PredictedDowntimeMilliseconds">How long the node is expected to be down; null when it is not, or not known.</param>
/// <param name="LookAgainAt">When the plan may be another without anything else happening; null: never.</param>
/// <param name="Refusal">Why nothing is done, null where that is no error.</param>
/// <param name="Warnings">What is odd about the configuration.</param>
/// <param name="Busy">Who changes the node at this instant, null when nobody does.</param>
internal sealed record PlanReport(
    string Kind,
    string Summary,
    PlannedTransition? Transition,
    IReadOnlyList<PlannedStep> Steps,
    IReadOnlyList<string> Notes,
    long? PredictedDowntimeMilliseconds,
    DateTimeOffset? LookAgainAt,
    ErrorDocument? Refusal,
    IReadOnlyList<string> Warnings,
    LockHolder? Busy)
{
    public static PlanReport From(Core.Transaction.Planning.Plan plan, IReadOnlyList<string> warnings, LockHolder? busy) => new(
        Name(plan.Kind),
        plan.Summary,
        plan.Transition is { } t
            ? new PlannedTransition(Human.Words(t.Kind.ToString(), '-'), t.From?.Value, t.To.Value, t.Target?.Config.Cluster.Version, t.Target?.Config.OCIImage)
            : null,
        [.. plan.Steps.Select(s => new PlannedStep(Human.Words(s.Kind.ToString(), '-'), s.Slot?.Value, s.Description, s.Prediction))],
        plan.Notes,
        plan.PredictedDowntime is { } downtime ? (long)downtime.TotalMilliseconds : null,
        plan.LookAgainAt,
        plan.Refusal is { } r ? new ErrorDocument(r.Code, r.Message, r.Cause, r.NextStep) : null,
        warnings,
        busy);

    internal static string Name(PlanKind kind) => Human.Words(kind.ToString(), '-');
}

/// <summary>The transition that a plan begins.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="From">The slot that runs, null when none does.</param>
/// <param name="To">The slot that is to run.</param>
/// <param name="KubernetesVersion">Of the target; null where the slot's own content is the target.</param>
/// <param name="Image">Of the target, null likewise.</param>
internal sealed record PlannedTransition(string Kind, string? From, string To, string? KubernetesVersion, string? Image);

/// <summary>One step of a plan.</summary>
/// <param name="Step">Its kind.</param>
/// <param name="Slot">The slot it works on, null when on none.</param>
/// <param name="Description">What it does.</param>
/// <param name="Prediction">What it is expected to cost, null when nothing is known.</param>
internal sealed record PlannedStep(string Step, string? Slot, string Description, string? Prediction);
