using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>How to update. Absent fields are null; ranges and defaults are those of <see cref="UpdatePolicy"/>.</summary>
public sealed record UpdateSpec
{
    /// <summary>When an update starts.</summary>
    public UpdateStrategy? Strategy { get; init; }

    /// <summary>No update starts while true.</summary>
    public bool? Paused { get; init; }

    /// <summary>A changed value retries a failed target.</summary>
    public string? RetryNonce { get; init; }

    /// <summary><c>HH:MM-HH:MM</c>, UTC.</summary>
    public string? MaintenanceWindow { get; init; }

    /// <summary>The verification gate.</summary>
    public HealthGateSpec? HealthGate { get; init; }

    /// <summary>Rolling back and retrying.</summary>
    public RollbackSpec? Rollback { get; init; }

    /// <summary>What happens to pods.</summary>
    public DrainSpec? Drain { get; init; }
}

/// <summary>The verification gate.</summary>
/// <param name="BootTimeout">How long the alternate may take to boot.</param>
/// <param name="Timeout">How long checks may take to turn green.</param>
/// <param name="Settle">How long they must stay green.</param>
/// <param name="SystemPods">How long kube-system pods must have run.</param>
/// <param name="Url">An operator's URL that must answer 200.</param>
public sealed record HealthGateSpec(
    TimeSpan? BootTimeout = null,
    TimeSpan? Timeout = null,
    TimeSpan? Settle = null,
    TimeSpan? SystemPods = null,
    string? Url = null);

/// <summary>Rolling back and retrying.</summary>
/// <param name="MaxAttempts">Attempts that one target gets.</param>
public sealed record RollbackSpec(int? MaxAttempts = null);

/// <summary>What happens to pods.</summary>
/// <param name="Enabled">Whether to cordon and drain first.</param>
/// <param name="Timeout">How long a drain may take.</param>
/// <param name="PodGrace">How long pods may take to end.</param>
public sealed record DrainSpec(bool? Enabled = null, TimeSpan? Timeout = null, TimeSpan? PodGrace = null);
