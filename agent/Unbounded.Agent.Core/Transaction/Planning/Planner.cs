using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>
/// Decides what to do. A pure function: the same inputs give the same plan, nothing is read or changed, every input has an answer. The
/// order of its questions is law 5: what was interrupted goes on first, then what is on the host is put right, then people's requests, and
/// drift last.
/// </summary>
public static class Planner
{
    /// <summary>Decides.</summary>
    /// <param name="record">The record; null when there is none.</param>
    /// <param name="desired">What the node should be; null when that is not known, or not valid.</param>
    /// <param name="observed">What was found on the host.</param>
    /// <param name="now">The time, UTC.</param>
    public static Plan Decide(AgentRecord? record, Desired? desired, Observed observed, DateTimeOffset now)
    {
        var plan = Choose(record, desired, observed, now);
        IReadOnlyList<string> waiting = [.. observed.Requests.Identities.Where(r => r != plan.AnsweredRequest && r != plan.Transition?.Request)];
        return waiting.Count == 0 ? plan : plan with { WaitingRequests = waiting };
    }

    private static Plan Choose(AgentRecord? record, Desired? desired, Observed observed, DateTimeOffset now)
    {
        if (record is null)
        {
            return FirstContact.Decide(desired, observed);
        }

        if (ForeignSlot(record, observed) is { } foreign)
        {
            return Refusals.ForeignSlot(foreign);
        }

        if (record.Transition is { } transition)
        {
            return Recovery.Decide(record, transition, observed.Slots);
        }

        if (record.Active is not { } active)
        {
            return FirstContact.InstallAgain(record, desired, observed, now);
        }

        var plan = Upkeep.Decide(record, active, desired, observed, now)
            ?? Operations.Decide(record, active, desired, observed, now)
            ?? Drifting.Decide(record, active, desired, observed, now);
        return Upkeep.WithWaitingRepair(plan, record, now);
    }

    // A record of another backend, or one that was edited: none of its slots may be touched.
    private static SlotName? ForeignSlot(AgentRecord record, Observed observed)
    {
        SlotName?[] named = [record.Active?.Slot, record.Previous?.Slot, record.Transition?.From, record.Transition?.To, .. record.Leftovers];
        return named.FirstOrDefault(n => n is { } name && observed.Slots.Slots.All(s => s.Name != name));
    }
}
