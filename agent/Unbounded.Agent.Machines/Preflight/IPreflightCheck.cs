namespace Unbounded.Agent.Machines.Preflight;

/// <summary>One thing that must be so before a host can carry a node. Changes nothing.</summary>
public interface IPreflightCheck
{
    /// <summary>Short and stable, lowercase with dashes: what <c>--ignore</c> takes.</summary>
    string Name { get; }

    /// <summary>How long it may take.</summary>
    TimeSpan Timeout => TimeSpan.FromSeconds(15);

    /// <summary>Looks.</summary>
    Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken);
}
