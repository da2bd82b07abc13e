namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>What a session talks to, and how long it tries.</summary>
internal sealed record BusSessionOptions
{
    /// <summary>The well-known name of the one service this session talks to.</summary>
    internal required string Service { get; init; }

    /// <summary>
    /// Whether the bus starts the service when it is called. If not (systemd itself), an absent service is waited for.
    /// </summary>
    internal bool StartsOnDemand { get; init; }

    /// <summary>The clock of all timeouts.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long connecting may take.</summary>
    internal TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take.</summary>
    internal TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long an interrupted call waits for the bus and the service to come back.</summary>
    internal TimeSpan ReturnTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Run each time the service was found anew, before anything else is asked of it.</summary>
    internal Func<BusLink, CancellationToken, Task>? OnFound { get; init; }
}
