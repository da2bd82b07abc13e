using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>
/// A transition in flight: where it goes on, whatever interrupted it. The record says what was intended, the slots say what came of it.
/// </summary>
internal static class Recovery
{
    public static Plan Decide(AgentRecord record, TransitionRecord t, SlotsObservation slots)
    {
        if (t.Committed || (t.CommitIntended && slots.BootsNext == t.To))
        {
            return Resumed(t, "was committed", Steps.From(t.Committed ? StepKind.WriteFiles : StepKind.Commit, t));
        }

        var repair = Foreign(t, slots);
        if (t.GivenUp is { } error)
        {
            return Resumed(t, $"was given up ({error.Message})", [.. repair, .. Steps.Back(t)]);
        }

        var next = t.Kind == TransitionKind.Restart ? Restart(t, slots) : Forward(t, slots);
        if (next.Error is { } reason)
        {
            return GiveUp(t, reason, targetFailed: false, repair);
        }

        if (next.Counted && !Budget.AllowsResume(record, t, t.Target.Thaw().Policy.Rollback.MaxAttempts))
        {
            return GiveUp(t, Interruptions.TooMany(t), targetFailed: true, repair);
        }

        return Resumed(t, $"goes on with {next.Step}", [.. repair, ResumeStep(next.Counted), .. Steps.From(next.Step, t)]);
    }

    /// <summary>The steps that end a transition which was given up just now.</summary>
    public static IReadOnlyList<PlanStep> AfterGivingUp(TransitionRecord t) => Steps.Back(t);

    private static Next Forward(TransitionRecord t, SlotsObservation slots)
    {
        var first = t.Kind == TransitionKind.Rollback ? StepKind.Revive : StepKind.Prepare;
        var hostRebooted = slots.HostBootId != t.HostBootId;
        var arrived = slots.Permitted == t.To;
        var counted = !t.Suspended;
        return t.Step switch
        {
            StepKind.Prepare or StepKind.Revive when t.StepState == StepState.Done && Prepared(t, slots) =>
                new(t.From is null ? StepKind.Activate : t.Target.Thaw().Policy.Drain.Enabled ? StepKind.Drain : StepKind.Deactivate, counted),
            StepKind.Begin or StepKind.Prepare or StepKind.Revive => new(first, counted),

            // Activating ended the process, as it does on partitions, and the new side is what booted: no crash at all.
            StepKind.Deactivate or StepKind.Activate when arrived && hostRebooted => new(StepKind.Verify, Counted: false),
            StepKind.Deactivate or StepKind.Activate when arrived => new(StepKind.Activate, counted),
            StepKind.Deactivate or StepKind.Activate when !hostRebooted && Bootable(slots[t.To]) =>
                new(t.From is null ? StepKind.Activate : StepKind.Deactivate, counted),

            // A commit that is known not to have happened goes through the gate again: its proof may be old.
            StepKind.Verify or StepKind.Commit when arrived => new(StepKind.Verify, counted),

            // The host has already put the old side back (law 11), or has none to boot yet.
            _ => new(Interruptions.Lost(t, hostRebooted)),
        };
    }

    private static Next Restart(TransitionRecord t, SlotsObservation slots) =>
        t.Step is not (StepKind.Begin or StepKind.Restart) ? new(StepKind.Verify, !t.Suspended)
            : slots.HostBootId == t.HostBootId ? new(StepKind.Restart, !t.Suspended)

            // The host has restarted, and with it the side: what was asked for has happened.
            : new(StepKind.Verify, Counted: false);

    // What has been prepared is not prepared again: for a partition that would be gigabytes.
    private static bool Prepared(TransitionRecord t, SlotsObservation slots) =>
        slots[t.To].State == SlotState.HeldBack || (slots.BootDecides && slots[t.To].State == SlotState.Complete);

    private static bool Bootable(SlotObservation slot) => slot.State is not (SlotState.Empty or SlotState.Partial);

    // Somebody switched what the host boots, in the middle of a transition that has not come to its commit.
    private static IReadOnlyList<PlanStep> Foreign(TransitionRecord t, SlotsObservation slots) =>
        t.From is { } from && slots.BootsNext != from && !slots.BootDecides
            ? [new(StepKind.EnableActive, $"make the host boot {from} again, as was committed") { Slot = from }]
            : [];

    private static PlanStep ResumeStep(bool counted) =>
        new(StepKind.Resume, counted ? "count the interruption" : "go on") { Counted = counted };

    private static Plan GiveUp(TransitionRecord t, ErrorRecord error, bool targetFailed, IReadOnlyList<PlanStep> repair) =>
        Resumed(t, $"is given up: {error.Message}",
        [
            .. repair,
            new(StepKind.GiveUp, "note why it is given up") { Error = error, TargetFailed = targetFailed },
            .. Steps.Back(t),
        ]);

    private static Plan Resumed(TransitionRecord t, string how, IReadOnlyList<PlanStep> steps) =>
        new(PlanKind.Resume, $"the interrupted {t.Kind} {t.From} -> {t.To} {how}") { Steps = steps };

    private readonly record struct Next(StepKind Step, bool Counted, ErrorRecord? Error = null)
    {
        public Next(ErrorRecord error)
            : this(StepKind.GiveUp, Counted: false, error)
        {
        }
    }
}
