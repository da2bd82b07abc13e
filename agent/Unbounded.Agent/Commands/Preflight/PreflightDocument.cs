using Unbounded.Agent.Machines.Preflight;

namespace Unbounded.Agent.Commands.Preflight;

/// <summary>What <c>preflight --output json</c> prints (docs/schemas/preflight.schema.json).</summary>
/// <param name="Status">The worst of all checks.</param>
/// <param name="Passed">Whether a node can be installed.</param>
/// <param name="Checks">Every check, in the order of the report.</param>
internal sealed record PreflightDocument(PreflightStatus Status, bool Passed, IReadOnlyList<PreflightLine> Checks)
{
    public static PreflightDocument From(PreflightReport report, bool failOnWarnings) => new(
        report.Status,
        report.Passed(failOnWarnings),
        [.. report.Checks.Select(c => new PreflightLine(c.Name, c.Status, c.Evidence, c.NextStep, (long)c.Duration.TotalMilliseconds))]);
}

/// <summary>One check.</summary>
/// <param name="Name">Its name, which <c>--ignore</c> takes.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="NextStep">What to do, null for nothing.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record PreflightLine(string Name, PreflightStatus Status, string Evidence, string? NextStep, long Milliseconds);
