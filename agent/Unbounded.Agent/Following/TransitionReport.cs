using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Following;

/// <summary>How a transition ended, as commands that wait for one print it (docs/schemas/transition.schema.json).</summary>
/// <param name="Kind">What it did.</param>
/// <param name="From">The slot it came from, null when there was none.</param>
/// <param name="To">The slot it went to.</param>
/// <param name="Result">succeeded, failed or rolled-back.</param>
/// <param name="KubernetesVersion">Of its target.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="DowntimeMilliseconds">How long the node was down, null when it was not.</param>
internal sealed record TransitionReport(
    string Kind,
    string? From,
    string To,
    string Result,
    string KubernetesVersion,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    long? DowntimeMilliseconds)
{
    public static TransitionReport Of(TransitionSummary ended) => new(
        Human.Words(ended.Kind.ToString(), '-'),
        ended.From?.Value,
        ended.To.Value,
        Human.Words(ended.Result.ToString(), '-'),
        ended.Version,
        ended.StartedAt,
        ended.FinishedAt,
        ended.DowntimeMilliseconds);
}
