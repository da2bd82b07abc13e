namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Limits of a client.</summary>
public sealed record ClientOptions
{
    /// <summary>How long one try of a call may take, its answer included. Default 15 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may take to be made, handshake included. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries of one call in all, where it may be repeated; at least 2. Default 4.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Wait before the second try, doubled each time, with jitter. Default 200 ms. A server's <c>Retry-After</c> beats it.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest <c>Retry-After</c> that a call waits for by itself; a longer one ends the call. Default 15 s.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest single object that is read, in bytes. Default 4 MiB: more than an API server stores.</summary>
    public int MaxObjectBytes { get; init; } = 4 << 20;

    /// <summary>Largest page of a list, in bytes. Default 16 MiB.</summary>
    public int MaxPageBytes { get; init; } = 16 << 20;

    /// <summary>Objects in a page. Default 100.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>How long a watch lasts before it is asked for anew. Default 10 min.</summary>
    public TimeSpan WatchLasts { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The highest HTTP version that is offered; a server that has only 1.1 is spoken to in that. Default 2.0.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;

    /// <summary>Name and version that the server's audit log shows.</summary>
    public string UserAgent { get; init; } = "unbounded-agent";
}
