using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Status;

/// <summary>Makes the status that people and tools see from a snapshot of record and slots. A pure function.</summary>
internal static class StatusDocument
{
    /// <summary>The status.</summary>
    /// <param name="snapshot">Record, slots and plan at one instant.</param>
    /// <param name="origin">The Machine that is in force; null when not known.</param>
    /// <param name="before">Conditions that were published last: one that did not change keeps its time.</param>
    public static MachineStatus From(StatusSnapshot snapshot, StatusOrigin? origin = null, IReadOnlyList<Condition>? before = null)
    {
        var record = snapshot.Record;
        var error = LastError(snapshot);
        return new MachineStatus
        {
            Phase = StatusPhase.Of(snapshot),
            Message = StatusPhase.Message(snapshot),
            ObservedGeneration = origin?.Generation,
            Agent = record?.Active is { } active ? new AgentStatus(active.Image) : null,
            Operations = record?.Counters is { } counters ? new OperationsStatus(counters.Reboot, counters.Repave) : null,
            ActiveSlot = (record?.Active?.Slot ?? (record is null ? snapshot.Slots?.Permitted : null))?.Value,
            TargetImage = record?.Transition?.Target.Image ?? record?.LastTransition?.Image ?? record?.Active?.Image,
            Attempts = record?.State.AttemptCount ?? 0,
            Slots = [.. (snapshot.Slots?.Slots ?? []).Select(s => Slot(s, record))],
            LastTransition = record?.Transition is { } t ? Running(t) : record?.LastTransition is { } last ? Ended(last) : null,
            LastError = error is null ? null : new ErrorStatus(error.Code, error.Message, error.Cause, error.NextStep),
            Conditions = StatusConditions.Of(snapshot, error, origin, before ?? []),
        };
    }

    // History is no error: what was tried before the present outcome does not count. What stands in the way now, a file that was refused after an attempt had
    // failed say, comes before how that attempt ended.
    private static ErrorRecord? LastError(StatusSnapshot snapshot) =>
        snapshot.Record?.Transition?.GivenUp
        ?? snapshot.Problem
        ?? (snapshot.Record?.State.Phase is Phase.Failed or Phase.RolledBack ? snapshot.Record.LastTransition?.Error : null);

    private static SlotStatus Slot(SlotObservation slot, AgentRecord? record)
    {
        var side = record?.Active?.Slot == slot.Name ? record.Active : record?.Previous?.Slot == slot.Name ? record.Previous : null;
        return new SlotStatus(
            slot.Name.Value, slot.State.ToString(), slot.Image ?? side?.Image, slot.ImageDigest, slot.KubernetesVersion ?? side?.Version);
    }

    private static TransitionStatus Running(TransitionRecord transition) => new()
    {
        From = transition.From?.Value,
        To = transition.To.Value,
        StartedAt = transition.StartedAt,
        DowntimeMilliseconds = transition.DowntimeMilliseconds,
        Steps = Steps(transition.Steps),
    };

    private static TransitionStatus Ended(TransitionSummary transition) => new()
    {
        From = transition.From?.Value,
        To = transition.To.Value,
        Result = transition.Result.ToString(),
        StartedAt = transition.StartedAt,
        FinishedAt = transition.FinishedAt,
        DowntimeMilliseconds = transition.DowntimeMilliseconds,
        Steps = Steps(transition.Steps),
    };

    private static IReadOnlyList<StepStatus> Steps(IReadOnlyList<StepTiming> steps) =>
        [.. steps.Select(s => new StepStatus(Human.Words(s.Step.ToString(), '-'), s.Milliseconds))];
}
