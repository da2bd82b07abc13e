namespace Unbounded.Agent.Requests;

/// <summary>What a person asked for, as it is kept until it was carried out and published (law 4).</summary>
/// <param name="Id">Its identity: the record names it when it is done.</param>
/// <param name="Kind">What is asked for.</param>
/// <param name="RequestedAt">When, UTC.</param>
/// <param name="IgnoreWindow">Whether the maintenance window does not count.</param>
internal sealed record AgentRequest(string Id, RequestKind Kind, DateTimeOffset RequestedAt, bool IgnoreWindow = false)
{
    /// <summary>A new request.</summary>
    public static AgentRequest New(RequestKind kind, TimeProvider time) => new(Guid.NewGuid().ToString("N"), kind, time.GetUtcNow());
}

/// <summary>Kinds of requests.</summary>
internal enum RequestKind
{
    /// <summary>Go back to the side before.</summary>
    Rollback,

    /// <summary>Update now, whatever the strategy waits for.</summary>
    Update,
}
