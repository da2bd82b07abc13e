namespace Unbounded.Agent.Core.Verification;

/// <summary>
/// One thing that must be true of a new side. A check that does not pass yet is asked again until its gate's deadline;
/// how it waits is its own affair (a signal where there is one).
/// </summary>
public interface ICheck
{
    /// <summary>Short and stable, lowercase with dashes: <c>kubelet-healthz</c>.</summary>
    string Name { get; }

    /// <summary>How long one evaluation may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>
    /// Whether a failure of it speaks against the new side. False for what the side has no part in (the host's disk, the way to the API server):
    /// where nothing else fails, the target gets another attempt.
    /// </summary>
    bool SpeaksOfTheSide => true;

    /// <summary>Whether the node counts as down until it passed for the first time. False for what comes of a node that is up: pods that start on it again.</summary>
    bool EndsDowntime => true;

    /// <summary>Evaluates once.</summary>
    Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken);
}
