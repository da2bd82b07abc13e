namespace Unbounded.Agent.Machines.Preflight;

/// <summary>All results, in the order of the checks.</summary>
/// <param name="Checks">One a check, the ignored ones included.</param>
public sealed record PreflightReport(IReadOnlyList<PreflightResult> Checks)
{
    /// <summary>The worst of all.</summary>
    public PreflightStatus Status => Checks.Count == 0 ? PreflightStatus.Ok : Checks.Max(c => c.Status);

    /// <summary>Whether a node can be installed.</summary>
    /// <param name="failOnWarnings">Whether a warning is a failure, too.</param>
    public bool Passed(bool failOnWarnings) => Status < (failOnWarnings ? PreflightStatus.Warning : PreflightStatus.Error);
}
