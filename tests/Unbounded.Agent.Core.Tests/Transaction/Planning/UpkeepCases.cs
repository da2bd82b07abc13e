using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Core.Tests.Transaction.Planning.DecideCase;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>Nothing is in flight, but the host and the record disagree.</summary>
internal static class UpkeepCases
{
    private const string Restore = "restore:kube2>kube1 publish";

    private static readonly ErrorRecord Error = new("UBA-4001", "what", "why", "next");

    private static AgentRecord AtRest => SampleRecords.AtRest();

    public static IReadOnlyList<DecideCase> Rows { get; } =
    [
        new("the active side is down", PlanKind.Repair, Restore) { Slots = Seen(SlotState.Down) },
        new("the active side lost its right to run", PlanKind.Repair, Restore) { Slots = Seen(SlotState.HeldBack, permitted: null) },
        new("the active side is not booted", PlanKind.Repair, Restore) { Slots = Seen(SlotState.Complete, permitted: null) },
        new("the other side may run", PlanKind.Repair, Restore)
        {
            Record = AtRest with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Slots = Seen(SlotState.HeldBack, SlotState.Running, "kube2"),
        },
        new("the host boots another side than was committed", PlanKind.Repair, "enable-active:kube1 publish")
        {
            Record = AtRest with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Slots = Seen(kube2: SlotState.Complete, bootsNext: "kube2"),
        },
        new("the host boots nothing", PlanKind.Repair, "enable-active:kube1 publish") { Slots = Seen(bootsNext: null) },
        new("everything is wrong at once", PlanKind.Repair, "enable-active:kube1 restore:kube2>kube1 publish")
        {
            Slots = Seen(SlotState.Down, SlotState.Running, "kube2", "kube2"),
        },
        new("a repair that was cut off is done again", PlanKind.Repair, Restore)
        {
            Record = AtRest with { Repair = new(StepKind.Restore, 0, SampleRecords.Now, null) },
        },
        new("a repair that failed waits", PlanKind.Waiting, "")
        {
            Says = "a repair failed (what) and is tried again",
            Record = AtRest with { Repair = new(StepKind.Restore, 2, SampleRecords.Now.AddSeconds(20), Error) },
            Slots = Seen(SlotState.Down),
            LookAgainAt = SampleRecords.Now.AddSeconds(20),
        },
        new("another repair does not wait for one that failed", PlanKind.Repair, Restore)
        {
            Record = AtRest with { Leftovers = [Kube2], Repair = new(StepKind.Release, 2, SampleRecords.Now.AddSeconds(20), Error) },
            Slots = Seen(SlotState.Down, SlotState.Partial),
            LookAgainAt = SampleRecords.Now.AddSeconds(20),
        },
        new("a node that can't be repaired may be swapped", PlanKind.Swap, DriftCases.Swap)
        {
            Record = AtRest with { Repair = new(StepKind.Restore, 2, SampleRecords.Now.AddSeconds(20), Error) },
            Desired = Wanted.Swap(),
            Slots = Seen(SlotState.Down),
            LookAgainAt = SampleRecords.Now.AddSeconds(20),
        },
        new("a wait that a clock jump made endless is over", PlanKind.Repair, Restore)
        {
            Record = AtRest with { Repair = new(StepKind.Restore, 2, SampleRecords.Now.AddYears(20), Error) },
            Slots = Seen(SlotState.Down),
        },
        new("what an earlier transition could not free is freed", PlanKind.Repair, "release:kube2 publish")
        {
            Record = AtRest with { Leftovers = [Kube2] },
            Slots = Seen(kube2: SlotState.Partial),
        },
        new("leftovers wait until the active side runs", PlanKind.Repair, Restore)
        {
            Record = AtRest with { Leftovers = [Kube2] },
            Slots = Seen(SlotState.Down, SlotState.Partial),
        },
        new("a previous side that still runs is stopped", PlanKind.Repair, "retire:kube2 publish")
        {
            Record = AtRest with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Slots = Seen(kube2: SlotState.HeldBack),
        },
        new("an active side without content is installed into the other slot", PlanKind.Install,
            "begin prepare:kube2 activate:kube2 verify:kube2 commit:kube2 write-files conclude publish")
        {
            Slots = Seen(SlotState.Empty, permitted: null),
            Says = "the content of kube1 is gone",
        },
        new("an active side without content and without a configuration", PlanKind.Refused, "")
        {
            Desired = null,
            Slots = Seen(SlotState.Partial, permitted: null),
            Refusal = "UBA-1014",
        },
        new("the boot loader fell back", PlanKind.Repair, "accept-booted:kube2 enable-active:kube2 write-files publish")
        {
            Record = AtRest with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Slots = Seen(SlotState.Complete, SlotState.Running, "kube2", bootDecides: true),
        },
        new("a record of another kind of node", PlanKind.Refused, "")
        {
            Record = AtRest with { Active = SampleRecords.Side(new("A"), "1.30.0") },
            Refusal = "UBA-1017",
        },
        new("a status that could not be published", PlanKind.Housekeeping, "publish")
        {
            Record = AtRest with { PublicationPending = true },
        },
    ];
}
