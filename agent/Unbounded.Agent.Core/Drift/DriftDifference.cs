using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Drift;

/// <summary>One field in which the desired configuration differs from the applied one. Free of secrets.</summary>
/// <param name="Field">Its JSON path in <c>config.json</c>: <c>$.Cluster.Version</c>.</param>
/// <param name="Effect">What it costs.</param>
/// <param name="Applied">The applied value as it may be shown; a digest or a word where the value is long or secret.</param>
/// <param name="Desired">The desired value, likewise.</param>
public sealed record DriftDifference(string Field, DriftEffect Effect, string Applied, string Desired)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Redaction.Shown(Applied)} -> {Redaction.Shown(Desired)}";
}
