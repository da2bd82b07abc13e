using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using static Unbounded.Agent.Core.Tests.Transaction.Planning.DecideCase;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>No record, or one without an active side.</summary>
internal static class FirstContactCases
{
    private const string Install =
        "begin prepare:kube1 activate:kube1 verify:kube1 commit:kube1 write-files conclude publish";

    private static readonly SlotsObservation Bare = Seen(SlotState.Empty, SlotState.Empty, null, null);

    private static readonly Discovery Found = new(new FoundConfig(Kube1, SampleRecords.Side(Kube1, "1.30.0").AppliedConfig, "1.30.0", null));

    public static IReadOnlyList<DecideCase> Rows { get; } =
    [
        new("a fresh host is installed into the first slot", PlanKind.Install, Install)
        {
            Record = null,
            Desired = Wanted.Swap(),
            Slots = Bare,
            Says = "install into kube1: a fresh host",
        },
        new("a fresh host without a configuration", PlanKind.Nothing, "")
        {
            Record = null,
            Desired = null,
            Slots = Bare,
            Says = "no valid configuration",
        },
        new("leftovers of an installation that another agent did not end are written over", PlanKind.Install, Install)
        {
            Record = null,
            Desired = Wanted.Swap(),
            Slots = Seen(SlotState.Partial, SlotState.Complete, null, null),
            Says = "kube1 holds content of no use",
        },
        new("an ancestor's running side is adopted without a restart", PlanKind.Adopt, "adopt:kube1 write-files publish")
        {
            Record = null,
            Discovered = Found,
            Says = "nothing is restarted",
        },
        new("an ancestor's side is adopted before anything is desired", PlanKind.Adopt, "adopt:kube1 write-files publish")
        {
            Record = null,
            Desired = null,
            Discovered = Found,
        },
        new("an adopted config without a checksum is warned of", PlanKind.Adopt, "adopt:kube1 write-files publish")
        {
            Record = null,
            Discovered = new(Found.Config! with { Warnings = ["kube1-applied-config.json: has no checksum beside it"] }),
            Says = "has no checksum beside it",
        },
        new("an ancestor's side that is down is adopted, its start follows", PlanKind.Adopt, "adopt:kube1 write-files publish")
        {
            Record = null,
            Discovered = Found,
            Slots = Seen(SlotState.Down, SlotState.Empty, null),
        },
        new("several configs without a record are refused", PlanKind.Refused, "")
        {
            Record = null,
            Discovered = new(null, new("UBA-1105", "It is unknown which side is active", "several applied configs", "Move one away")),
            Refusal = "UBA-1105",
            Says = "Move one away",
        },
        new("a config whose side is gone is refused", PlanKind.Refused, "")
        {
            Record = null,
            Discovered = Found,
            Slots = Seen(SlotState.Empty, SlotState.Empty, null, null),
            Refusal = "UBA-1012",
        },
        new("a config whose side was never finished is refused", PlanKind.Refused, "")
        {
            Record = null,
            Discovered = Found,
            Slots = Seen(SlotState.Partial, SlotState.Empty, null, null),
            Refusal = "UBA-1012",
        },
        new("a config of the side that does not run is refused", PlanKind.Refused, "")
        {
            Record = null,
            Discovered = Found,
            Slots = Seen(SlotState.Complete, SlotState.Running, "kube2", "kube2"),
            Refusal = "UBA-1010",
        },
        new("a running side that nothing explains is refused", PlanKind.Refused, "")
        {
            Record = null,
            Refusal = "UBA-1011",
        },
        new("an enabled side that nothing explains is refused", PlanKind.Refused, "")
        {
            Record = null,
            Slots = Seen(SlotState.Complete, SlotState.Empty, null),
            Refusal = "UBA-1011",
        },
        new("an installation that failed is tried again after a change", PlanKind.Install, Install)
        {
            Record = SampleRecords.AtRest() with { Active = null, Attempts = new() { Fingerprint = "another", Used = 3, Failed = true } },
            Desired = Wanted.Swap(),
            Slots = Bare,
        },
        new("an installation that failed is not tried again on its own", PlanKind.Held, "")
        {
            Record = SampleRecords.AtRest() with
            {
                Active = null,
                Attempts = new() { Fingerprint = Target("1.31.0").Fingerprint, Used = 1, Failed = true },
            },
            Desired = Wanted.Swap(),
            Slots = Bare,
        },
    ];
}
