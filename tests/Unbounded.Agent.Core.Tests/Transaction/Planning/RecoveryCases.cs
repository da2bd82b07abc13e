using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Core.Tests.Transaction.Planning.DecideCase;
using static Unbounded.Agent.Core.Tests.Transaction.Records.SampleRecords;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>A crash in every step: of the agent (the host's boot ID is the same), and of the host.</summary>
internal static class RecoveryCases
{
    private const string FromVerify = "verify:kube2 commit:kube2 write-files retire:kube1 conclude publish";
    private const string FromHandover = "deactivate:kube1 activate:kube2 " + FromVerify;
    private const string FromPrepare = "prepare:kube2 " + FromHandover;
    private const string Untouched = "give-up release:kube2 conclude publish";
    private const string Back = "revert:kube2>kube1 verify-reverted:kube1 release:kube2 conclude publish";

    private static readonly SlotsObservation Prepared = Seen(kube2: SlotState.HeldBack);
    private static readonly SlotsObservation HandedOver = Seen(SlotState.HeldBack, SlotState.Running, "kube2");
    private static readonly SlotsObservation Rebooted = Seen(kube2: SlotState.Complete, boot: "boot-2");
    private static readonly SlotsObservation BootedNew = Seen(SlotState.Complete, SlotState.Running, "kube2", boot: "boot-2", bootDecides: true);

    private static readonly ErrorRecord Error = new("UBA-1023", "it did not prove healthy", "why", "next");

    private static DecideCase Row(string name, string steps, AgentRecord record, SlotsObservation slots) =>
        new(name, PlanKind.Resume, steps) { Record = record, Slots = slots, Desired = Wanted.Nothing };

    private static AgentRecord UsedUp(AgentRecord record) => record with { Attempts = record.Attempts! with { Used = 3 } };

    private static AgentRecord Drains(AgentRecord record)
    {
        var t = record.Transition!;
        var target = t.Target.Thaw();
        var frozen = FrozenTarget.Freeze(target with { Policy = target.Policy with { Drain = new() { Enabled = true } } }, t.Target.AppliedConfig);
        return record with { Transition = t with { Target = frozen } };
    }

    private static AgentRecord Suspended(AgentRecord record) => record with { Transition = record.Transition! with { Suspended = true } };

    private static AgentRecord GivenUp(AgentRecord record) => record with { Transition = record.Transition! with { GivenUp = Error } };

    public static IReadOnlyList<DecideCase> Rows { get; } =
    [
        // Before the node is touched.
        Row("killed after begin", "resume+ " + FromPrepare, InFlight(StepKind.Begin, StepState.Done), Seen()),
        Row("killed while preparing", "resume+ " + FromPrepare, InFlight(StepKind.Prepare), Seen(kube2: SlotState.Partial)),
        Row("killed after preparing", "resume+ " + FromHandover, InFlight(StepKind.Prepare, StepState.Done), Prepared),
        Row("killed after preparing, or in the drain that follows", "resume+ drain:kube1 " + FromHandover, Drains(InFlight(StepKind.Prepare, StepState.Done)), Prepared),
        Row("stopped in good order in a drain", "resume drain:kube1 " + FromHandover, Suspended(Drains(InFlight(StepKind.Prepare, StepState.Done))), Prepared),
        Row("Law06: killed in a drain, attempts used up", Untouched, UsedUp(Drains(InFlight(StepKind.Prepare, StepState.Done))), Prepared),
        Row("rebooted in a drain", "resume+ prepare:kube2 drain:kube1 " + FromHandover, Drains(InFlight(StepKind.Prepare, StepState.Done)), Rebooted),
        Row("killed in the handover of a drained node", "resume+ " + FromHandover, Drains(InFlight(StepKind.Deactivate)), Prepared),
        Row("rebooted while preparing", "resume+ " + FromPrepare, InFlight(StepKind.Prepare), Seen(kube2: SlotState.Partial, boot: "boot-2")),
        Row("rebooted after preparing: the booted alternate is gone", "resume+ " + FromPrepare, InFlight(StepKind.Prepare, StepState.Done), Rebooted),
        Row(
            "rebooted after preparing a partition: it is not written again",
            "resume+ " + FromHandover,
            InFlight(StepKind.Prepare, StepState.Done),
            Rebooted with { BootDecides = true }),
        Row("stopped in good order while preparing", "resume " + FromPrepare, Suspended(InFlight(StepKind.Prepare)), Seen(kube2: SlotState.Partial)),
        Row("Law06: killed while preparing, attempts used up", Untouched, UsedUp(InFlight(StepKind.Prepare)), Seen(kube2: SlotState.Partial)),
        Row(
            "Law06: stopped in good order costs no attempt",
            "resume " + FromPrepare,
            UsedUp(Suspended(InFlight(StepKind.Prepare))),
            Seen(kube2: SlotState.Partial)),

        // Between the two sides.
        Row("killed while stopping the old side", "resume+ " + FromHandover, InFlight(StepKind.Deactivate), Prepared),
        Row("killed between the stop and the start", "resume+ " + FromHandover, InFlight(StepKind.Deactivate), Seen(kube2: SlotState.HeldBack, permitted: null)),
        Row("killed after the marker moved", "resume+ activate:kube2 " + FromVerify, InFlight(StepKind.Deactivate), HandedOver),
        Row("killed while handing over, alternate gone", "give-up " + Back, InFlight(StepKind.Deactivate), Seen(kube2: SlotState.Empty)),
        Row("Law11: rebooted while handing over", "give-up " + Back, InFlight(StepKind.Deactivate), Rebooted),
        Row("Law06: killed while handing over, attempts used up", "give-up " + Back, UsedUp(InFlight(StepKind.Deactivate)), HandedOver),
        Row("the new partition booted", "resume " + FromVerify, InFlight(StepKind.Deactivate), BootedNew),
        Row("the new partition booted, after many crashes", "resume " + FromVerify, UsedUp(InFlight(StepKind.Deactivate)), BootedNew),
        Row("the new partition did not boot", "give-up " + Back, InFlight(StepKind.Deactivate), Rebooted with { BootDecides = true }),
        Row(
            "killed before the reboot into the new partition",
            "resume+ " + FromHandover,
            InFlight(StepKind.Deactivate),
            Seen(kube2: SlotState.Complete, bootsNext: "kube2", bootDecides: true)),

        // The gate.
        Row("killed while verifying", "resume+ " + FromVerify, InFlight(StepKind.Verify), HandedOver),
        Row("killed after verifying", "resume+ " + FromVerify, InFlight(StepKind.Verify, StepState.Done), HandedOver),
        Row("stopped in good order while verifying", "resume " + FromVerify, Suspended(InFlight(StepKind.Verify)), HandedOver),
        Row("Law11: rebooted while verifying", "give-up " + Back, InFlight(StepKind.Verify), Rebooted),
        Row("a partition rebooted while verifying", "resume+ " + FromVerify, InFlight(StepKind.Verify), BootedNew),
        Row("Law06: killed while verifying, attempts used up", "give-up " + Back, UsedUp(InFlight(StepKind.Verify)), HandedOver),
        Row("the node was moved back by somebody else", "give-up " + Back, InFlight(StepKind.Verify), Prepared),

        // The commit.
        Row("killed before the commit took effect", "resume+ " + FromVerify, InFlight(StepKind.Commit), HandedOver),
        Row(
            "Law02: killed after the commit took effect",
            "commit:kube2 write-files retire:kube1 conclude publish",
            InFlight(StepKind.Commit),
            Seen(SlotState.HeldBack, SlotState.Running, "kube2", "kube2")),
        Row(
            "Law02: attempts used up, after the commit took effect",
            "commit:kube2 write-files retire:kube1 conclude publish",
            UsedUp(InFlight(StepKind.Commit)),
            Seen(SlotState.HeldBack, SlotState.Running, "kube2", "kube2")),
        Row(
            "Law02: rebooted after the commit took effect",
            "commit:kube2 write-files retire:kube1 conclude publish",
            InFlight(StepKind.Commit),
            Seen(SlotState.Complete, SlotState.Running, "kube2", "kube2", "boot-2")),
        Row(
            "Law02: committed, and the new side is down by now",
            "commit:kube2 write-files retire:kube1 conclude publish",
            InFlight(StepKind.Commit),
            Seen(SlotState.Complete, SlotState.Down, "kube2", "kube2", "boot-2")),
        Row("Law11: rebooted before the commit took effect", "give-up " + Back, InFlight(StepKind.Commit), Rebooted),
        Row(
            "killed after the commit was recorded",
            "write-files retire:kube1 conclude publish",
            InFlight(StepKind.Retire, change: t => t with { CommitIntended = true, Committed = true }),
            Seen(SlotState.HeldBack, SlotState.Running, "kube2", "kube2")),
        Row(
            "somebody else enabled the new side before its proof",
            "enable-active:kube1 resume+ " + FromVerify,
            InFlight(StepKind.Verify),
            HandedOver with { BootsNext = new("kube2") }),

        // On the way back.
        Row("killed while reverting", Back, GivenUp(InFlight(StepKind.Revert)), Seen(SlotState.HeldBack, SlotState.Running, "kube2")),
        Row("killed while verifying the old side", Back, GivenUp(InFlight(StepKind.VerifyReverted)), Prepared),
        Row("killed while freeing the new side", Back, GivenUp(InFlight(StepKind.Release)), Seen(kube2: SlotState.Partial)),
        Row("rebooted while reverting", Back, GivenUp(InFlight(StepKind.Revert)), Rebooted),
        Row(
            "killed while freeing, never handed over",
            "release:kube2 conclude publish",
            GivenUp(InFlight(StepKind.Release, change: t => t with { HandoverBegun = false })),
            Seen(kube2: SlotState.Partial)),

        // Other kinds.
        Row(
            "a rollback killed while it boots the previous side",
            "resume+ revive:kube2 " + FromHandover,
            InFlight(StepKind.Revive, kind: TransitionKind.Rollback),
            Seen(kube2: SlotState.Complete)),
        Row(
            "Law08: a rollback that is given up keeps the previous side",
            "revert:kube2>kube1 verify-reverted:kube1 retire:kube2 conclude publish",
            GivenUp(InFlight(StepKind.Verify, kind: TransitionKind.Rollback)),
            HandedOver),
        Row(
            "an installation killed while preparing",
            "resume+ prepare:kube2 activate:kube2 verify:kube2 commit:kube2 write-files conclude publish",
            InFlight(StepKind.Prepare, kind: TransitionKind.Install, change: t => t with { From = null }) with { Active = null },
            Seen(SlotState.Empty, SlotState.Partial, null, null)),
        Row(
            "an installation killed after preparing",
            "resume+ activate:kube2 verify:kube2 commit:kube2 write-files conclude publish",
            InFlight(StepKind.Prepare, StepState.Done, TransitionKind.Install, t => t with { From = null }) with { Active = null },
            Seen(SlotState.Empty, SlotState.HeldBack, null, null)),
        Row(
            "an installation whose host rebooted has nothing to go back to",
            "give-up revert:kube2 release:kube2 conclude publish",
            InFlight(StepKind.Verify, kind: TransitionKind.Install, change: t => t with { From = null }) with { Active = null },
            Seen(SlotState.Empty, SlotState.Complete, null, null, "boot-2")),
        Row(
            "a restart killed in the middle",
            "resume+ restart:kube1 verify:kube1 conclude publish",
            InFlight(StepKind.Restart, kind: TransitionKind.Restart),
            Seen(SlotState.Down)),
        Row(
            "a restart whose host rebooted has happened",
            "resume verify:kube1 conclude publish",
            InFlight(StepKind.Restart, kind: TransitionKind.Restart),
            Seen(boot: "boot-2")),
        Row(
            "a restart killed while verifying",
            "resume+ verify:kube1 conclude publish",
            InFlight(StepKind.Verify, kind: TransitionKind.Restart),
            Seen()),
        Row(
            "Law06: a restart that was interrupted too often",
            "give-up conclude publish",
            InFlight(StepKind.Restart, kind: TransitionKind.Restart, change: t => t with { Resumes = 2 }),
            Seen(SlotState.Down)),
    ];
}
