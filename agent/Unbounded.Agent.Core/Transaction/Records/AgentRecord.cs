using System.Text.Json;
using System.Text.Json.Serialization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Phases;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>
/// The one truth about a node: which side is active, what is in flight, what was tried. One file, replaced whole. Immutable in memory.
/// Every other file (state.json, applied config, status) is derived from it and repaired from it.
/// </summary>
public sealed record AgentRecord
{
    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Version of the format.</summary>
    public RecordFormat Format { get => field ?? RecordFormat.Current; init; } = RecordFormat.Current;

    /// <summary>Counts saves; a save of anything but the latest generation is refused.</summary>
    public long Generation { get; init; }

    /// <summary>The side that was committed last; null before the first commit.</summary>
    public SideRecord? Active { get; init; }

    /// <summary>The side before it, kept for a rollback until the next preparation; null when there is none.</summary>
    public SideRecord? Previous { get; init; }

    /// <summary>Phase, versions, counts: what state.json shows.</summary>
    public UpdateState State { get => field ?? new(); init; } = new();

    /// <summary>The transition in flight, null when there is none.</summary>
    public TransitionRecord? Transition { get; init; }

    /// <summary>What was tried with the last target, null when nothing.</summary>
    public TargetAttempts? Attempts { get; init; }

    /// <summary>What was tried for the last rollback request, keyed by its identity; null when nothing.</summary>
    public TargetAttempts? RequestAttempts { get; init; }

    /// <summary>Operation counters that were carried out; null before they were first seen.</summary>
    public OperationCounters? Counters { get; init; }

    /// <summary>The last transition that ended.</summary>
    public TransitionSummary? LastTransition { get; init; }

    /// <summary>Downtime of the last swap that committed: the prediction for the next.</summary>
    public long? MeasuredDowntimeMilliseconds { get; init; }

    /// <summary>A final status was not published yet (law 4).</summary>
    public bool PublicationPending { get; init; }

    /// <summary>Slots with content of a given up transition that could not be freed yet.</summary>
    public IReadOnlyList<SlotName> Leftovers { get => field ?? []; init; } = [];

    /// <summary>The repair that is under way, or failed and is tried again; null when there is none.</summary>
    public RepairRecord? Repair { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
