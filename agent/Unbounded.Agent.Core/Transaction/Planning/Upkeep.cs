using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>Between transitions: the host is made to agree with the record again.</summary>
internal static class Upkeep
{
    public static Plan? Decide(AgentRecord record, SideRecord active, Desired? desired, Observed observed, DateTimeOffset now)
    {
        var slots = observed.Slots;
        if (slots.BootDecides && slots.Permitted is { } booted && booted != active.Slot && record.Previous?.Slot == booted)
        {
            return AcceptBooted(active.Slot, booted, desired?.Target.Policy.RetryNonce);
        }

        if (slots[active.Slot].State is SlotState.Empty or SlotState.Partial)
        {
            return Reinstall(record, active, desired, observed, now);
        }

        var waits = RetryAt(record, now) is null ? null : record.Repair;
        var steps = Repairs(record, active.Slot, slots).Where(s => s.Kind != waits?.Step).ToList();
        return steps.Count == 0
            ? null
            : new(PlanKind.Repair, $"make the host agree with the record: {steps[0].Description}")
            {
                Steps = [.. steps, new(StepKind.Publish, "publish the status")],
                Policy = desired?.Target.Policy,
            };
    }

    /// <summary>A plan that has nothing to do while a repair waits is no good news.</summary>
    public static Plan WithWaitingRepair(Plan plan, AgentRecord record, DateTimeOffset now)
    {
        if (RetryAt(record, now) is not { } retry)
        {
            return plan;
        }

        var at = plan.LookAgainAt is { } earlier && earlier < retry ? earlier : retry;
        return plan.Kind != PlanKind.Nothing
            ? plan with { LookAgainAt = at }
            : plan with
            {
                Kind = PlanKind.Waiting,
                Summary = $"a repair failed ({record.Repair!.Error?.Message ?? "cut off"}) and is tried again",
                LookAgainAt = at,
            };
    }

    /// <summary>When a repair that failed is tried again; null when none waits.</summary>
    public static DateTimeOffset? RetryAt(AgentRecord record, DateTimeOffset now) =>
        record.Repair is { } repair && repair.RetryAt > now && repair.RetryAt - now <= Budget.LongestBackoff ? repair.RetryAt : null;

    private static IEnumerable<PlanStep> Repairs(AgentRecord record, SlotName active, SlotsObservation slots)
    {
        if (slots.BootsNext != active)
        {
            yield return new(StepKind.EnableActive, $"make the host boot {active} again, as was committed") { Slot = active };
        }

        // A repair that was cut off is done again, however well the side looks by now.
        if (slots.Permitted != active || slots[active].State != SlotState.Running || record.Repair is { Step: StepKind.Restore })
        {
            var other = slots.Slots.First(s => s.Name != active).Name;
            yield return new(StepKind.Restore, $"bring {active} back to work") { Slot = other, Good = active };

            // What is left over may wait, and may be what is needed next.
            yield break;
        }

        foreach (var slot in record.Leftovers.Where(l => l != active))
        {
            yield return new(StepKind.Release, $"free {slot}, which an earlier transition could not") { Slot = slot };
        }

        if (record.Previous is { } previous && slots[previous.Slot].State is SlotState.HeldBack)
        {
            yield return new(StepKind.Retire, $"stop {previous.Slot}, keep its content for a rollback") { Slot = previous.Slot };
        }
    }

    private static Plan AcceptBooted(SlotName active, SlotName booted, string? retryNonce) =>
        new(PlanKind.Repair, $"the host fell back from {active} to {booted}")
        {
            RetryNonce = retryNonce,
            Steps =
            [
                new(StepKind.AcceptBooted, $"accept {booted} as the active side; what {active} held counts as failed") { Slot = booted },
                new(StepKind.EnableActive, $"make the host boot {booted}") { Slot = booted },
                new(StepKind.WriteFiles, "write the applied config and the state file"),
                new(StepKind.Publish, "publish the status"),
            ],
        };

    // Nothing can be put back: a first side again, in the other slot. The host keeps booting the lost one until the commit.
    private static Plan Reinstall(AgentRecord record, SideRecord active, Desired? desired, Observed observed, DateTimeOffset now) =>
        desired is null
            ? Refusals.ContentLost(active.Slot)
            : Budget.Blocks(record.Attempts, desired.Target, now)
                ?? Plans.Install(record, observed.AlternateOf(active.Slot), desired, observed, $"the content of {active.Slot} is gone");
}
