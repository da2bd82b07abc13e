using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>Plans that begin something.</summary>
internal static class Plans
{
    public static Plan NotConfigured(AgentRecord? record) =>
        new(PlanKind.Nothing, "no valid configuration says what this node should be") { Steps = PendingPublication(record) };

    public static Plan Nothing(AgentRecord record, string summary)
    {
        var steps = PendingPublication(record);
        return new(steps.Count == 0 ? PlanKind.Nothing : PlanKind.Housekeeping, summary) { Steps = steps };
    }

    /// <summary>Law 4: a final status that could not be published is published when there is nothing else to do.</summary>
    public static IReadOnlyList<PlanStep> PendingPublication(AgentRecord? record) =>
        record is { PublicationPending: true } ? [new(StepKind.Publish, "publish the status that could not be published before")] : [];

    public static Plan Adopt(FoundConfig config, Desired? desired)
    {
        var slot = config.Slot;
        return new(PlanKind.Adopt, $"adopt {slot}, which another agent set up, as it runs")
        {
            Steps =
            [
                new(StepKind.Adopt, $"record {slot} as the active side") { Slot = slot },
                new(StepKind.WriteFiles, "write what is missing of the applied config's checksum and the state file"),
                new(StepKind.Publish, "publish the status"),
            ],
            Notes = [.. config.Warnings, "nothing is restarted"],
            Adopts = new(config, desired?.Counters),
        };
    }

    public static Plan Install(AgentRecord? record, SlotName to, Desired desired, Observed observed, string why)
    {
        var t = new NewTransition(TransitionKind.Install, From: null, to, desired.Target, desired.Target.Policy, desired.Counters);
        return new(PlanKind.Install, $"install into {to}: {why}")
        {
            Transition = t,
            Steps = Steps.All(t, downtime: null),
            Notes = Lost(record, observed, to),
        };
    }

    public static Plan Swap(AgentRecord record, SideRecord active, Desired desired, Observed observed, PlanKind kind, string why)
    {
        var to = observed.AlternateOf(active.Slot);
        var repave = kind == PlanKind.Repave;
        var observes = new OperationCounters(record.Counters?.Reboot ?? desired.Counters.Reboot, desired.Counters.Repave);
        return Begin(record, observed, kind, why, new(
            repave ? TransitionKind.Repave : TransitionKind.Swap, active.Slot, to, desired.Target, desired.Target.Policy, observes, observed.Requests.Update));
    }

    public static Plan Begin(AgentRecord record, Observed observed, PlanKind kind, string why, NewTransition t)
    {
        var downtime = record.MeasuredDowntimeMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
        return new(kind, why)
        {
            Transition = t,
            Steps = Steps.All(t, downtime),
            PredictedDowntime = downtime,
            Notes = t.Kind switch
            {
                TransitionKind.Restart => [],
                TransitionKind.Rollback => [.. observed.Slots.HandoverNotes, Kept(t)],
                _ => [.. observed.Slots.HandoverNotes, .. Lost(record, observed, t.To), Kept(t)],
            },
        };
    }

    private static string Kept(NewTransition t) => $"{t.From} is kept after the commit, for a rollback";

    private static IReadOnlyList<string> Lost(AgentRecord? record, Observed observed, SlotName to)
    {
        var slot = observed.Slots[to];
        if (slot.State == SlotState.Empty)
        {
            return [];
        }

        var size = slot.SizeBytes is { } bytes ? $", {bytes / (1024.0 * 1024.0):0.0} MiB" : "";
        return record?.Previous is { } previous && previous.Slot == to
            ? [$"{to} holds the previous side (Kubernetes {previous.Version}{size}): its removal is part of the preparation, after it no rollback to it is possible"]
            : [$"{to} holds content of no use{size}: it is removed by the preparation"];
    }
}
