using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Progress;

/// <summary>What the agent is doing at this instant, for whoever looks on. Immutable.</summary>
internal sealed record LiveProgress
{
    /// <summary>The process that does it.</summary>
    public int Pid { get; init; }

    /// <summary>When this was noted, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Whether anything is being done.</summary>
    public bool Working { get; init; }

    /// <summary>Whether everything that can be done now was done: what follows waits for an event, or for a time.</summary>
    public bool Settled { get; init; }

    // The default stands twice: generated deserialization passes null, past the initializer, for what a file lacks.
    /// <summary>Requests that were seen and stay, by their identity.</summary>
    public IReadOnlyList<string> Waiting { get => field ?? []; init; } = [];

    /// <summary>The plan, one sentence; null when none was made yet.</summary>
    public string? Plan { get; init; }

    /// <summary>The step, lowercase with dashes; null between steps.</summary>
    public string? Step { get; init; }

    /// <summary>The step for people, null between steps.</summary>
    public string? Description { get; init; }

    /// <summary>Part of the step, null when it has none.</summary>
    public string? Part { get; init; }

    /// <summary>Bytes moved in this part, null when it moves none.</summary>
    public long? Done { get; init; }

    /// <summary>Bytes in all, null when not known.</summary>
    public long? Total { get; init; }

    /// <summary>Warnings of this plan so far, the last ones.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; } = [];

    /// <summary>What keeps the node from its desired state, null when nothing does.</summary>
    public ErrorRecord? Problem { get; init; }
}
