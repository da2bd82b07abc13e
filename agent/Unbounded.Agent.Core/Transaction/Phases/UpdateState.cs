using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Transaction.Phases;

/// <summary>
/// The state of the update, in the fields of the ancestor's <c>state.json</c>: JSON with snake_case keys, RFC 3339 times in UTC. Immutable;
/// every method returns the next state and refuses an illegal one.
/// </summary>
public sealed record UpdateState
{
    /// <summary>How far the update is.</summary>
    [JsonPropertyName("phase")]
    public Phase Phase { get; init; } = Phase.Idle;

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Version that ran when the attempt started; empty on a fresh host.</summary>
    [JsonPropertyName("from_version")]
    public string FromVersion { get => field ?? ""; init; } = "";

    /// <summary>Version that the attempt brings.</summary>
    [JsonPropertyName("to_version")]
    public string ToVersion { get => field ?? ""; init; } = "";

    /// <summary>When the last attempt started, null before the first.</summary>
    [JsonPropertyName("started_at")]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When this state was last saved.</summary>
    [JsonPropertyName("updated_at")]
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Why the last attempt ended as failed or rolled back; empty otherwise.</summary>
    [JsonPropertyName("last_error")]
    public string LastError { get => field ?? ""; init; } = "";

    /// <summary>Attempts at this target, the current one included.</summary>
    [JsonPropertyName("attempt_count")]
    public int AttemptCount { get; init; }

    /// <summary>Consecutive health check failures since activation.</summary>
    [JsonPropertyName("health_check_failures")]
    public int HealthCheckFailures { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Starts an attempt: counts it, from 1 when the target is another one.</summary>
    /// <param name="fromVersion">What runs now; always taken afresh.</param>
    /// <param name="toVersion">What the attempt brings.</param>
    /// <param name="sameTarget">Whether the attempt before this one had the same target.</param>
    /// <param name="now">The time, UTC.</param>
    public UpdateState BeginAttempt(string fromVersion, string toVersion, bool sameTarget, DateTimeOffset now) =>
        Enter(Phase.Downloading, now) with
        {
            FromVersion = fromVersion,
            ToVersion = toVersion,
            StartedAt = now,
            AttemptCount = sameTarget ? AttemptCount + 1 : 1,
            HealthCheckFailures = 0,
        };

    /// <summary>Goes to a phase. <see cref="LastError"/> is cleared on success and idle.</summary>
    /// <exception cref="AgentException">The phase may not follow the present one.</exception>
    public UpdateState Enter(Phase phase, DateTimeOffset now) => !phase.MayFollow(Phase)
        ? throw new AgentException(
            CoreErrors.PhaseIllegal,
            $"The update can't go from {Phase.Text()} to {phase.Text()}",
            "the phases of an update have a fixed order",
            "Report this as a fault of the agent")
        : this with
        {
            Phase = phase,
            UpdatedAt = now,
            LastError = phase is Phase.Success or Phase.Idle ? "" : LastError,
            HealthCheckFailures = phase is Phase.Success or Phase.Idle ? 0 : HealthCheckFailures,
        };

    /// <summary>Ends the attempt as failed or rolled back, with its reason.</summary>
    public UpdateState End(Phase phase, string error, DateTimeOffset now) => Enter(phase, now) with { LastError = error };

    /// <summary>A health check failed after activation: counted, and back to activated.</summary>
    public UpdateState HealthFailed(DateTimeOffset now) =>
        Enter(Phase.Activated, now) with { HealthCheckFailures = HealthCheckFailures + 1 };

    /// <summary>All health checks passed: the count of consecutive failures starts again.</summary>
    public UpdateState HealthPassed(DateTimeOffset now) => this with { HealthCheckFailures = 0, UpdatedAt = now };
}
