using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>A transition in flight: enough to end it after any crash, in any step.</summary>
public sealed record TransitionRecord
{
    /// <summary>What it does.</summary>
    public required TransitionKind Kind { get; init; }

    /// <summary>The side that ran when it started, and that is put back; null when there was none.</summary>
    public SlotName? From { get; init; }

    /// <summary>The side that is to run. The same as <see cref="From"/> for a restart.</summary>
    public required SlotName To { get; init; }

    /// <summary>What it is to become.</summary>
    public required FrozenTarget Target { get; init; }

    /// <summary>The step that it is in. Every step before it has ended.</summary>
    public required StepKind Step { get; init; }

    /// <summary>Whether that step's effect may be under way, or has ended.</summary>
    public required StepState StepState { get; init; }

    /// <summary>
    /// Set with the intent to stop the old side: from here on giving up means rolling back. Always before the first effect that the running
    /// node can notice.
    /// </summary>
    public bool HandoverBegun { get; init; }

    /// <summary>Set when the node was drained: pods that it still has are given no time at the handover (law 10).</summary>
    public bool Drained { get; init; }

    /// <summary>Set with the intent to commit: only then does a switched host mean a commit, and not somebody else's doing.</summary>
    public bool CommitIntended { get; init; }

    /// <summary>Set when the commit is known to have taken effect. Nothing rolls back from here on (law 2).</summary>
    public bool Committed { get; init; }

    /// <summary>Boot ID of the host when the current step began.</summary>
    public required string HostBootId { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the old kubelet was asked to stop, UTC; null before.</summary>
    public DateTimeOffset? DownSince { get; init; }

    /// <summary>How long the node was down, null while not known.</summary>
    public long? DowntimeMilliseconds { get; init; }

    /// <summary>How often it was resumed after a crash. Counted before it is tried (law 6).</summary>
    public int Resumes { get; init; }

    /// <summary>It was stopped on request and in good order: the next start is no crash.</summary>
    public bool Suspended { get; init; }

    /// <summary>Why it was given up; null while it goes forward.</summary>
    public ErrorRecord? GivenUp { get; init; }

    /// <summary>Whether the target itself is to blame: then it is not tried again on its own.</summary>
    public bool TargetFailed { get; init; }

    /// <summary>Whether it was given up, before the handover, because another system was away: that is no attempt of the target's.</summary>
    public bool SourceAway { get; init; }

    /// <summary>Whether the old side passed the gate after a revert; null while not known.</summary>
    public bool? RevertVerified { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Timings of the steps that ended.</summary>
    public IReadOnlyList<StepTiming> Steps { get => field ?? []; init; } = [];

    /// <summary>What the gate saw last.</summary>
    public IReadOnlyList<CheckReport> Evidence { get => field ?? []; init; } = [];

    /// <summary>Warnings of its steps, one sentence each, bounded.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; } = [];

    /// <summary>spec.operations that count as carried out when it ends; null when it does not touch them.</summary>
    public OperationCounters? Observes { get; init; }

    /// <summary>The request of a person that it carries out, null when none.</summary>
    public string? Request { get; init; }

    /// <summary>Fingerprint that is not to be swapped to again when this ends well: what a rollback leaves behind. Null: none.</summary>
    public string? Holds { get; init; }

    /// <summary>The retry nonce at the time.</summary>
    public string? RetryNonce { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
