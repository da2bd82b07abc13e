namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>Bounds of the executor.</summary>
public sealed record ExecutorOptions
{
    /// <summary>
    /// How long one side's stop, or one side's start, may take beside the grace of its pods. A handover does not end for a stop request, so
    /// this also bounds how long one delays the end of the process. Default 90 s.
    /// </summary>
    public TimeSpan HandoverLimit { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often a revert is tried before its transition ends and the repair of the active side goes on. Default 5.</summary>
    public int RevertTries { get; init; } = 5;

    /// <summary>Wait before the second try of a revert, doubled each time. Default 1 s.</summary>
    public TimeSpan RevertDelay { get; init; } = TimeSpan.FromSeconds(1);
}
