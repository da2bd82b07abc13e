using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>The last transition that ended.</summary>
public sealed record TransitionSummary
{
    /// <summary>What it did.</summary>
    public required TransitionKind Kind { get; init; }

    /// <summary>The side it came from, null when there was none.</summary>
    public SlotName? From { get; init; }

    /// <summary>The side it went to.</summary>
    public required SlotName To { get; init; }

    /// <summary>Fingerprint of its target.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Version of its target.</summary>
    public required string Version { get; init; }

    /// <summary>Image of its target.</summary>
    public string? Image { get; init; }

    /// <summary>How it ended.</summary>
    public required TransitionResult Result { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>From the stop request to the old kubelet to the first pass of all checks; null when it did not come so far.</summary>
    public long? DowntimeMilliseconds { get; init; }

    /// <summary>Resumes after crashes.</summary>
    public int Resumes { get; init; }

    /// <summary>Why it was given up, null for a success.</summary>
    public ErrorRecord? Error { get; init; }

    /// <summary>Whether the old side passed the gate after a revert; null where nothing was reverted.</summary>
    public bool? RevertVerified { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Its steps.</summary>
    public IReadOnlyList<StepTiming> Steps { get => field ?? []; init; } = [];

    /// <summary>What the gate saw last.</summary>
    public IReadOnlyList<CheckReport> Evidence { get => field ?? []; init; } = [];

    /// <summary>Warnings of its steps.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; } = [];

    /// <summary>The request of a person that it carried out, null when none.</summary>
    public string? Request { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
