namespace Unbounded.Agent.Machines.Preflight;

/// <summary>What a check found.</summary>
/// <param name="Status">How bad it is.</param>
/// <param name="Evidence">What was seen, one sentence without a final period, free of secrets.</param>
/// <param name="NextStep">What to do about it; null when there is nothing to do.</param>
public sealed record PreflightFinding(PreflightStatus Status, string Evidence, string? NextStep = null)
{
    /// <summary>As it should be.</summary>
    public static PreflightFinding Ok(string evidence) => new(PreflightStatus.Ok, evidence);

    /// <summary>A node runs, but something will be missed.</summary>
    public static PreflightFinding Warning(string evidence, string nextStep) => new(PreflightStatus.Warning, evidence, nextStep);

    /// <summary>No node will run.</summary>
    public static PreflightFinding Error(string evidence, string nextStep) => new(PreflightStatus.Error, evidence, nextStep);

    /// <summary>Not looked at, and why.</summary>
    public static PreflightFinding Skipped(string evidence) => new(PreflightStatus.Skipped, evidence);
}
