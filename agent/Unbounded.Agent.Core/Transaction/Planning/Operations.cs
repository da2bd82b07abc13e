using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What a person asked for explicitly: rollback, reboot. Not bound to strategy, pause or window.</summary>
internal static class Operations
{
    public static Plan? Decide(AgentRecord record, SideRecord active, Desired? desired, Observed observed, DateTimeOffset now) =>
        Rollback(record, active, desired, observed, now)
        ?? Counters(record, desired)
        ?? Reboot(record, active, desired, observed);

    private static Plan? Rollback(AgentRecord record, SideRecord active, Desired? desired, Observed observed, DateTimeOffset now)
    {
        if (observed.Requests.Rollback is not { } request)
        {
            return null;
        }

        // Its end was recorded, only the removal of the request was lost.
        if (record.LastTransition is { Result: TransitionResult.Succeeded } last && last.Request == request)
        {
            return Plans.Nothing(record, "the requested rollback was carried out") with { AnsweredRequest = request };
        }

        if (record.RequestAttempts is { } tried && tried.IsAbout(request, retryNonce: null))
        {
            if (tried.Failed)
            {
                return Refusals.Because(tried.Error!) with { AnsweredRequest = request, Steps = Plans.PendingPublication(record) };
            }

            if (Budget.Waits(tried, now) is { } waits)
            {
                return waits with { Steps = Plans.PendingPublication(record) };
            }
        }

        if (record.Previous is not { } previous)
        {
            return Refusals.NoPrevious(request);
        }

        var state = observed.Slots[previous.Slot].State;
        return state is SlotState.Empty or SlotState.Partial
            ? Refusals.PreviousIncomplete(previous.Slot, state, request)
            : Plans.Begin(record, observed, PlanKind.Rollback, $"back to {previous.Slot} (Kubernetes {previous.Version}), as requested", new(
                TransitionKind.Rollback,
                active.Slot,
                previous.Slot,
                Target: null,
                desired?.Target.Policy ?? new UpdatePolicy(),
                Request: request,
                Holds: desired?.Target.Fingerprint ?? active.Fingerprint));
    }

    // Counters that were never seen, or that went back (a Machine that was created anew), are taken over: nothing was asked for.
    private static Plan? Counters(AgentRecord record, Desired? desired) =>
        desired is null || (record.Counters is { } c && c.Reboot <= desired.Counters.Reboot && c.Repave <= desired.Counters.Repave)
            ? null
            : new(PlanKind.Housekeeping, "take over the operation counters")
            {
                Steps = [new(StepKind.ObserveCounters, "record the operation counters as carried out")],
                Counters = record.Counters is { } known
                    ? new(Math.Min(known.Reboot, desired.Counters.Reboot), Math.Min(known.Repave, desired.Counters.Repave))
                    : desired.Counters,
            };

    private static Plan? Reboot(AgentRecord record, SideRecord active, Desired? desired, Observed observed) =>
        desired is null || desired.Counters.Reboot <= record.Counters!.Reboot
            ? null
            : Plans.Begin(
                record,
                observed,
                PlanKind.Restart,
                $"restart {active.Slot}: rebootCounter went from {record.Counters.Reboot} to {desired.Counters.Reboot}",
                new(
                    TransitionKind.Restart,
                    active.Slot,
                    active.Slot,
                    Target: null,
                    desired.Target.Policy,
                    record.Counters with { Reboot = desired.Counters.Reboot }));
}
