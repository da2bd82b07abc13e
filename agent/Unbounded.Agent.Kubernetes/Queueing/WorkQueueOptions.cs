namespace Unbounded.Agent.Kubernetes.Queueing;

/// <summary>How a queue works.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Keys that are worked on at the same time, at least 1. Default 4.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Wait after a key's first failure, doubled each time, with jitter of half of it. Default 500 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait. Default 2 min.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(2);
}
