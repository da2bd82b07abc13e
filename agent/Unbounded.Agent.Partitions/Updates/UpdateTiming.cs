namespace Unbounded.Agent.Partitions.Updates;

/// <summary>How long a health check takes.</summary>
public sealed record UpdateTiming
{
    /// <summary>How long all checks may take to turn green. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long they must stay green before the commit. Default 5 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);
}
