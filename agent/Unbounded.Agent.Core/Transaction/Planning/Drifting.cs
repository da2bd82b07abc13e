using System.Globalization;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>The active side differs from the desired one: whether, when and how that is mended.</summary>
internal static class Drifting
{
    public static Plan Decide(AgentRecord record, SideRecord active, Desired? desired, Observed observed, DateTimeOffset now)
    {
        if (desired is null)
        {
            return Plans.NotConfigured(record);
        }

        if (desired.Identity.Count > 0)
        {
            return Refusals.AnotherNode(desired.Identity) with
            {
                Steps = Plans.PendingPublication(record),
                AnsweredRequest = observed.Requests.Update,
            };
        }

        var repave = desired.Counters.Repave > (record.Counters?.Repave ?? desired.Counters.Repave);
        var plan = Wanted(record, active, desired, observed, repave, now);
        if (plan.Transition is not null)
        {
            return plan;
        }

        // A request to update is answered once there is nothing to update, or nothing that may be tried; while it waits it stays.
        var answered = observed.Requests.Update is { } request && plan.Kind != PlanKind.Waiting
            ? plan with { AnsweredRequest = request, Refusal = plan.Refusal ?? (plan.Kind == PlanKind.Held ? record.Attempts?.Error : null) }
            : plan;
        return Live(record, active, desired, observed.Slots, answered);
    }

    private static Plan Wanted(AgentRecord record, SideRecord active, Desired desired, Observed observed, bool repave, DateTimeOffset now)
    {
        if (desired.Differences.Count == 0 && !repave)
        {
            return Plans.Nothing(record, "the node is as desired");
        }

        if (Obstacle(record, desired, observed.Requests, repave, now) is { } obstacle)
        {
            return obstacle with { Steps = Plans.PendingPublication(record) };
        }

        return desired.Differences.Count > 0
            ? Plans.Swap(record, active, desired, observed, PlanKind.Swap, string.Join("; ", desired.Differences))
            : Plans.Swap(
                record,
                active,
                desired,
                observed,
                PlanKind.Repave,
                $"repaveCounter went from {record.Counters?.Repave} to {desired.Counters.Repave}");
    }

    private static Plan? Obstacle(AgentRecord record, Desired desired, Requests requests, bool repave, DateTimeOffset now)
    {
        var policy = desired.Target.Policy;
        if (policy.Paused)
        {
            return new(PlanKind.Waiting, "updates are paused (spec.update.paused)");
        }

        if (Budget.Blocks(record.Attempts, desired.Target, now) is { } blocked)
        {
            return blocked;
        }

        var asked = repave || requests.Update is not null;
        return !asked && Strategy(policy.Strategy, requests.NodeDeleted) is { } waits ? new(PlanKind.Waiting, waits)
            : asked && requests.IgnoreWindow ? null
            : OutsideWindow(policy, now);
    }

    // What the strategy waits for, null when for nothing.
    private static string? Strategy(UpdateStrategy strategy, bool? nodeDeleted) => (strategy, nodeDeleted) switch
    {
        (UpdateStrategy.Manual, _) => "an update is there; strategy Manual waits until a person asks for it: `unbounded-agent swap`",
        (UpdateStrategy.OnDelete, false) => "an update is there; strategy OnDelete waits until somebody deletes the Node, or `unbounded-agent swap` asks for it",
        (UpdateStrategy.OnDelete, null) =>
            "an update is there; strategy OnDelete waits until somebody deletes the Node, which can't be seen without a connection to an API server: "
            + "only `unbounded-agent swap` ends the wait on this node",
        _ => null,
    };

    private static Plan? OutsideWindow(UpdatePolicy policy, DateTimeOffset now)
    {
        if (!MaintenanceWindow.TryParse(policy.MaintenanceWindow, out var window))
        {
            return Refusals.Because(new(
                CoreErrors.WindowInvalid.Id,
                $"The maintenance window '{policy.MaintenanceWindow}' is not valid",
                "it must read HH:MM-HH:MM, in UTC",
                "Correct spec.update.maintenanceWindow, or leave it out"));
        }

        if (window is null || window.IsOpen(now))
        {
            return null;
        }

        var opens = window.NextOpening(now);
        return new(PlanKind.Waiting, string.Create(CultureInfo.InvariantCulture, $"the maintenance window opens at {opens:u}"))
        {
            LookAgainAt = opens,
        };
    }

    // Labels and taints don't wait for a swap that is held back, but for a side that is down: they are brought into what runs, and would
    // count as applied. A failed target that is no longer wanted is forgotten.
    private static Plan Live(AgentRecord record, SideRecord active, Desired desired, SlotsObservation slots, Plan plan)
    {
        if (desired.Live is not null && !desired.Target.Policy.Paused && slots[active.Slot].State is SlotState.Running)
        {
            return plan with
            {
                Kind = PlanKind.ApplyLive,
                Summary = $"labels or taints differ, which costs no swap; {plan.Summary}",
                Live = desired.Live,
                Steps =
                [
                    new(StepKind.ApplyLive, $"bring labels and taints into {active.Slot}") { Slot = active.Slot },
                    new(StepKind.WriteFiles, "write the applied config"),
                    new(StepKind.Publish, "publish the status"),
                ],
            };
        }

        var forget = record.Attempts is { } a && a.Fingerprint != desired.Target.Fingerprint;
        return !forget
            ? plan
            : plan with
            {
                Kind = plan.Kind == PlanKind.Nothing ? PlanKind.Housekeeping : plan.Kind,
                Steps = [new(StepKind.Forget, "forget the failed target, which is no longer wanted"), .. plan.Steps],
            };
    }
}
