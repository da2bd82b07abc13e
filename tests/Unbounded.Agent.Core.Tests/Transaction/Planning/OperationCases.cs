using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Core.Tests.Transaction.Planning.DecideCase;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>Rollback, reboot and repave.</summary>
internal static class OperationCases
{
    private const string Rollback =
        "begin revive:kube2 deactivate:kube1 activate:kube2 verify:kube2 commit:kube2 write-files retire:kube1 conclude publish";

    private static readonly Requests Back = new() { Rollback = "request-1" };

    private static readonly ErrorRecord Error = new("UBA-1023", "it did not prove healthy", "why", "next");

    private static AgentRecord WithPrevious => SampleRecords.AtRest() with { Previous = SampleRecords.Side(Kube2, "1.29.0") };

    public static IReadOnlyList<DecideCase> Rows { get; } =
    [
        new("a rollback goes to the previous side", PlanKind.Rollback, Rollback)
        {
            Record = WithPrevious,
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
            Says = "back to kube2 (Kubernetes 1.29.0), as requested",
        },
        new("a rollback needs no valid configuration", PlanKind.Rollback, Rollback)
        {
            Record = WithPrevious,
            Desired = null,
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
        },
        new("a rollback comes before drift, paused or not", PlanKind.Rollback, Rollback)
        {
            Record = WithPrevious,
            Desired = Wanted.Swap(p => p with { Paused = true }),
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
        },
        new("a rollback without a previous side is refused", PlanKind.Refused, "")
        {
            Requests = Back,
            Refusal = "UBA-1013",
            Answers = "request-1",
        },
        new("a rollback to a damaged side is refused", PlanKind.Refused, "")
        {
            Record = WithPrevious,
            Requests = Back,
            Slots = Seen(kube2: SlotState.Partial),
            Refusal = "UBA-1013",
            Answers = "request-1",
        },
        new("a rollback that was carried out is only answered", PlanKind.Nothing, "")
        {
            Record = WithPrevious with { LastTransition = SampleRecords.Full().LastTransition! with { Result = TransitionResult.Succeeded } },
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
            Answers = "request-1",
        },
        new("a rollback that failed is answered with its error", PlanKind.Refused, "")
        {
            Record = WithPrevious with { RequestAttempts = new() { Fingerprint = "request-1", Used = 1, Failed = true, Error = Error } },
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
            Refusal = "UBA-1023",
            Answers = "request-1",
        },
        new("a rollback that was undone by a reboot waits for its next attempt", PlanKind.Waiting, "")
        {
            Record = WithPrevious with
            {
                RequestAttempts = new() { Fingerprint = "request-1", Used = 1, RetryAt = SampleRecords.Now.AddSeconds(10), Error = Error },
            },
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
            LookAgainAt = SampleRecords.Now.AddSeconds(10),
            Waits = "request-1",
        },
        new("a request to update waits for a rollback that was asked for beside it", PlanKind.Rollback, Rollback)
        {
            Record = WithPrevious,
            Desired = Wanted.Swap(),
            Requests = Back with { Update = "request-2" },
            Slots = Seen(kube2: SlotState.Complete),
            Waits = "request-2",
        },
        new("a new rollback request has attempts of its own", PlanKind.Rollback, Rollback)
        {
            Record = WithPrevious with { RequestAttempts = new() { Fingerprint = "request-0", Used = 3, Failed = true, Error = Error } },
            Requests = Back,
            Slots = Seen(kube2: SlotState.Complete),
        },
        new("a raised reboot counter restarts the active side", PlanKind.Restart, "begin restart:kube1 verify:kube1 conclude publish")
        {
            Desired = Wanted.Nothing with { Counters = new(1, 0) },
            Says = "rebootCounter went from 0 to 1",
        },
        new("a reboot is not bound to pause or window", PlanKind.Restart, "begin restart:kube1 verify:kube1 conclude publish")
        {
            Desired = Wanted.Swap(p => p with { Paused = true, MaintenanceWindow = "02:00-03:00" }) with { Counters = new(1, 0) },
        },
        new("a raised repave counter swaps to the same configuration", PlanKind.Repave, DriftCases.Swap)
        {
            Desired = Wanted.Nothing with { Counters = new(0, 1) },
            Says = "repaveCounter went from 0 to 1",
        },
        new("a repave does not wait for a person under strategy Manual", PlanKind.Repave, DriftCases.Swap)
        {
            Desired = new(Target("1.30.0", policy: Policy with { Strategy = Core.Configuration.UpdateStrategy.Manual }), new(0, 1), []),
        },
        new("counters that were never seen are taken over", PlanKind.Housekeeping, "observe-counters")
        {
            Record = SampleRecords.AtRest() with { Counters = null },
            Desired = Wanted.Nothing with { Counters = new(5, 7) },
        },
        new("counters that went back are taken over", PlanKind.Housekeeping, "observe-counters")
        {
            Record = SampleRecords.AtRest() with { Counters = new(5, 7) },
            Desired = Wanted.Nothing with { Counters = new(0, 7) },
        },
    ];
}
