namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>How a reflector goes on after a failure.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Wait after the first failure, doubled each time, with jitter of half of it. Default 500 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait. Default 30 s.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A watch that lasted so long counts as a success. Default 5 s.</summary>
    public TimeSpan GoodWatch { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A list is given up beyond so many objects: a selector that selects everything, say. Default 50,000.</summary>
    public int MaxObjects { get; init; } = 50_000;
}
