using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>How long one step took.</summary>
public sealed record StepTiming
{
    /// <summary>The step.</summary>
    public required StepKind Step { get; init; }

    /// <summary>The slot it worked on, null when on none.</summary>
    public SlotName? Slot { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, by a clock that is never set.</summary>
    public required long Milliseconds { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Its parts, in order.</summary>
    public IReadOnlyList<SubStepTiming> Parts { get => field ?? []; init; } = [];

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
