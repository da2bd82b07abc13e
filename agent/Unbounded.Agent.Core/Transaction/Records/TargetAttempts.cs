using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Transaction.Planning;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>What was tried with the last target: the budget that keeps a failing one from being tried for ever (laws 5, 6).</summary>
public sealed record TargetAttempts
{
    /// <summary>The target.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The retry nonce at the time; another one gives a new budget.</summary>
    public string? RetryNonce { get; init; }

    /// <summary>Attempts and resumes so far.</summary>
    public int Used { get; init; }

    /// <summary>How many of them ended because another system was away. They make the waits longer, and use nothing up.</summary>
    public int Away { get; init; }

    /// <summary>What counts against the target.</summary>
    [JsonIgnore]
    public int Counted => Used - Away;

    /// <summary>Not tried again until the target or the nonce changes.</summary>
    public bool Failed { get; init; }

    /// <summary>Not tried before this time, UTC; null: at once.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Why the last one ended.</summary>
    public ErrorRecord? Error { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>When the next attempt is due; null: now. A wait that seems longer than the longest comes from a clock that was set, and is over.</summary>
    /// <param name="now">The time, UTC.</param>
    public DateTimeOffset? WaitsUntil(DateTimeOffset now) => RetryAt is { } at && at > now && at - now <= Budget.LongestBackoff ? at : null;

    /// <summary>Whether this is about the given target and nonce.</summary>
    public bool IsAbout(string fingerprint, string? retryNonce) =>
        string.Equals(Fingerprint, fingerprint, StringComparison.Ordinal)
        && string.Equals(RetryNonce, retryNonce, StringComparison.Ordinal);
}
