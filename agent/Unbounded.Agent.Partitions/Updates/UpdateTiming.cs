namespace Unbounded.Agent.Partitions.Updates;

/// <summary>How long a health check takes.</summary>
public sealed record UpdateTiming
{
    /// <summary>How long all checks may take to turn green. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long they must stay green before the commit. Default 5 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the last verdict waits for another run of the agent, which may be giving it. With the verdict after it, less than the deadline's unit may take.
    /// Default 150 s.
    /// </summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>How often it looks whether that is done. Default 1 s.</summary>
    public TimeSpan LockInterval { get; init; } = TimeSpan.FromSeconds(1);
}
