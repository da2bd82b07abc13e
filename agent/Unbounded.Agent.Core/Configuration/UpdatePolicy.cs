namespace Unbounded.Agent.Core.Configuration;

/// <summary>How a node is updated (<c>spec.update</c> of the Machine resource). Immutable; frozen with the target.</summary>
public sealed record UpdatePolicy
{
    /// <summary>When an update starts. Default: as soon as drift is seen.</summary>
    public UpdateStrategy Strategy { get; init; } = UpdateStrategy.Automatic;

    /// <summary>No update starts while true; one that has begun goes on.</summary>
    public bool Paused { get; init; }

    /// <summary>A changed value retries a failed target.</summary>
    public string? RetryNonce { get; init; }

    /// <summary><c>HH:MM-HH:MM</c> in UTC, may cross midnight; null or empty: always.</summary>
    public string? MaintenanceWindow { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>The verification gate.</summary>
    public HealthGatePolicy HealthGate { get => field ?? new(); init; } = new();

    /// <summary>Rolling back and retrying.</summary>
    public RollbackPolicy Rollback { get => field ?? new(); init; } = new();

    /// <summary>What happens to pods at the handover.</summary>
    public DrainPolicy Drain { get => field ?? new(); init; } = new();
}

/// <summary>When an update starts.</summary>
public enum UpdateStrategy
{
    /// <summary>As soon as the desired state differs.</summary>
    Automatic,

    /// <summary>When the Node object was deleted by somebody else.</summary>
    OnDelete,

    /// <summary>Only when a person asks.</summary>
    Manual,
}

/// <summary>The verification gate's settings.</summary>
public sealed record HealthGatePolicy
{
    /// <summary>How long the alternate may take to boot, held back. 1 s to 1 h; default 90 s.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long all checks may take to turn green after the handover. 1 s to 24 h; default 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long all checks must stay green before commit. 0 s to 24 h; default 30 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long kube-system pods must have been running. Default 30 s; used where an API server is configured.</summary>
    public TimeSpan SystemPods { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An operator's URL that must answer 200; null: not checked.</summary>
    public string? Url { get; init; }
}

/// <summary>Rolling back and retrying.</summary>
public sealed record RollbackPolicy
{
    /// <summary>
    /// How many attempts one target gets in all, crashes that interrupt an attempt included. 1 to 100; default 3. A target whose gate failed is
    /// not tried again on its own.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;
}

/// <summary>What happens to pods at the handover.</summary>
public sealed record DrainPolicy
{
    /// <summary>Cordon and drain before the handover; needs an API server. Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long a drain may take before the transition is given up. Default 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long pods of the old side may take to end after they were asked, before they are killed: the bound on the downtime that pods can add.
    /// 0 s to 1 h; default 10 s; zero after a drain.
    /// </summary>
    public TimeSpan PodGrace { get; init; } = TimeSpan.FromSeconds(10);
}
