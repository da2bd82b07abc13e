namespace Unbounded.Agent.Machines.Preflight;

/// <summary>How the checks are run.</summary>
public sealed record PreflightOptions
{
    /// <summary>Names of checks that are not run; they are reported as skipped.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];
}
