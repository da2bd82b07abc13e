using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Core.Tests.Transaction.Planning.DecideCase;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>The active side differs from the desired one.</summary>
internal static class DriftCases
{
    public const string Swap =
        "begin prepare:kube2 deactivate:kube1 activate:kube2 verify:kube2 commit:kube2 write-files retire:kube1 conclude publish";

    private const string Live = "apply-live:kube1 write-files publish";

    private static readonly Requests Go = new() { Update = "request-2" };

    private static readonly DateTimeOffset Noon = SampleRecords.Now;

    private static AgentRecord AtRest => SampleRecords.AtRest();

    private static TargetAttempts Tried(int used, bool failed = false) => new()
    {
        Fingerprint = Target("1.31.0").Fingerprint,
        Used = used,
        Failed = failed,
        Error = new("UBA-1023", "it did not prove healthy", "why", "next"),
    };

    public static IReadOnlyList<DecideCase> Rows { get; } =
    [
        new("the node is as desired", PlanKind.Nothing, "") { Says = "the node is as desired" },
        new("no valid configuration", PlanKind.Nothing, "") { Desired = null },
        new("drift is swapped away", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(),
            Says = "$.Cluster.Version: 1.30.0 -> 1.31.0",
        },
        new("the plan predicts the downtime", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(),
            Says = "the node is down from here, about 5.7 s as at the last swap",
        },
        new("the plan says when the downtime is not known", PlanKind.Swap, Swap)
        {
            Record = AtRest with { MeasuredDowntimeMilliseconds = null },
            Desired = Wanted.Swap(),
            Says = "was not measured on this node yet",
        },
        new("the plan says what the handover loses", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(),
            Says = "emptyDir volumes on disk are kept, those in memory are lost",
        },
        new("the plan says that the previous side goes, and its size", PlanKind.Swap, Swap)
        {
            Record = AtRest with { Previous = SampleRecords.Side(Kube2, "1.29.0") },
            Desired = Wanted.Swap(),
            Slots = Seen(kube2: SlotState.Complete),
            Says = "kube2 holds the previous side (Kubernetes 1.29.0, 412.0 MiB): its removal is part of the preparation",
        },
        new("labels alone cost no swap", PlanKind.ApplyLive, Live) { Desired = Wanted.Live },
        new("labels do not wait for a swap that is held back", PlanKind.ApplyLive, Live)
        {
            Record = AtRest with { Attempts = Tried(1, failed: true) },
            Desired = Wanted.Swap() with { Live = Target("1.30.0") },
        },
        new("labels wait for a side that is down and whose repair waits: they would count as applied", PlanKind.Waiting, "")
        {
            Record = AtRest with { Repair = new(StepKind.Restore, 2, Noon.AddSeconds(20), new("UBA-4001", "what", "why", "next")) },
            Desired = Wanted.Live,
            Slots = Seen(SlotState.Down),
            LookAgainAt = Noon.AddSeconds(20),
        },
        new("labels wait while updates are paused", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { Paused = true }) with { Live = Target("1.30.0") },
        },
        new("another node's configuration is refused", PlanKind.Refused, "")
        {
            Desired = Wanted.Swap() with { Identity = ["$.MachineName: node-1 -> node-2"] },
            Refusal = "UBA-1016",
        },
        new("paused", PlanKind.Waiting, "") { Desired = Wanted.Swap(p => p with { Paused = true }), Says = "paused" },
        new("paused, and a person asks: the request stays", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { Paused = true }),
            Requests = Go,
            Waits = "request-2",
        },
        new("strategy Manual waits for a person", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.Manual }),
            Says = "strategy Manual waits until a person asks for it: `unbounded-agent swap`",
        },
        new("strategy Manual, asked", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.Manual }),
            Requests = Go,
        },
        new("strategy OnDelete waits for the Node to be deleted", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.OnDelete }),
            Requests = new() { NodeDeleted = false },
            Says = "strategy OnDelete waits until somebody deletes the Node, or `unbounded-agent swap` asks for it",
        },
        new("strategy OnDelete without an API server says that it can't see a deletion", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.OnDelete }),
            Says = "can't be seen without a connection to an API server: only `unbounded-agent swap`",
        },
        new("strategy OnDelete, asked", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.OnDelete }),
            Requests = Go,
        },
        new("strategy OnDelete, deleted", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(p => p with { Strategy = UpdateStrategy.OnDelete }),
            Requests = new() { NodeDeleted = true },
        },
        new("a request without drift is answered", PlanKind.Nothing, "") { Requests = Go, Answers = "request-2" },
        new("a request beside labels alone is answered when they are applied", PlanKind.ApplyLive, Live)
        {
            Desired = Wanted.Live,
            Requests = Go,
            Answers = "request-2",
        },
        new("a request that waits for its window is not answered by labels that don't", PlanKind.ApplyLive, Live)
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }) with { Live = Target("1.30.0") },
            Requests = Go,
            LookAgainAt = Noon.AddHours(10),
            Waits = "request-2",
        },
        new("a request for another node's configuration is refused", PlanKind.Refused, "")
        {
            Desired = Wanted.Swap() with { Identity = ["$.MachineName: node-1 -> node-2"] },
            Requests = Go,
            Refusal = "UBA-1016",
            Answers = "request-2",
        },
        new("a request without a valid configuration waits for one", PlanKind.Nothing, "")
        {
            Desired = null,
            Requests = Go,
            Says = "no valid configuration",
            Waits = "request-2",
        },
        new("a request for a target that is held is answered with why", PlanKind.Held, "")
        {
            Record = AtRest with { Attempts = Tried(1, failed: true) },
            Desired = Wanted.Swap(),
            Requests = Go,
            Refusal = "UBA-1023",
            Answers = "request-2",
        },
        new("outside the maintenance window", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }),
            LookAgainAt = Noon.AddHours(10),
        },
        new("inside the maintenance window", PlanKind.Swap, Swap) { Desired = Wanted.Swap(p => p with { MaintenanceWindow = "11:00-13:00" }) },
        new("after midnight inside the maintenance window", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }),
            Now = Noon.AddHours(15),
        },
        new("a request waits for the window too", PlanKind.Waiting, "")
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }),
            Requests = Go,
            LookAgainAt = Noon.AddHours(10),
            Waits = "request-2",
        },
        new("a request may skip the window", PlanKind.Swap, Swap)
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "22:00-05:00" }),
            Requests = Go with { IgnoreWindow = true },
        },
        new("a window that is none", PlanKind.Refused, "")
        {
            Desired = Wanted.Swap(p => p with { MaintenanceWindow = "noon" }),
            Refusal = "UBA-1015",
        },
        new("Law06: a failed target is not tried again", PlanKind.Held, "")
        {
            Record = AtRest with { Attempts = Tried(1, failed: true) },
            Desired = Wanted.Swap(),
            Says = "it did not prove healthy",
        },
        new("Law06: a target that has used its attempts is not tried again", PlanKind.Held, "")
        {
            Record = AtRest with { Attempts = Tried(3) },
            Desired = Wanted.Swap(),
        },
        new("Law06: another nonce tries it again", PlanKind.Swap, Swap)
        {
            Record = AtRest with { Attempts = Tried(3, failed: true) },
            Desired = Wanted.Swap(p => p with { RetryNonce = "2" }),
        },
        new("Law06: another target is tried", PlanKind.Swap, Swap)
        {
            Record = AtRest with { Attempts = Tried(3, failed: true) },
            Desired = new(Target("1.32.0"), new(0, 0), ["$.Cluster.Version: 1.30.0 -> 1.32.0"]),
        },
        new("a failed target that is no longer wanted is forgotten", PlanKind.Housekeeping, "forget")
        {
            Record = AtRest with { Attempts = Tried(3, failed: true) },
        },
        new("an attempt that failed for now is tried after a while", PlanKind.Waiting, "")
        {
            Record = AtRest with { Attempts = Tried(1) with { RetryAt = Noon.AddSeconds(10) } },
            Desired = Wanted.Swap(),
            LookAgainAt = Noon.AddSeconds(10),
            Says = "attempt 2 follows",
        },
        new("the while is over", PlanKind.Swap, Swap)
        {
            Record = AtRest with { Attempts = Tried(1) with { RetryAt = Noon } },
            Desired = Wanted.Swap(),
        },
        new("the clock was set back by years: the while is over too", PlanKind.Swap, Swap)
        {
            Record = AtRest with { Attempts = Tried(1) with { RetryAt = Noon.AddYears(3) } },
            Desired = Wanted.Swap(),
        },
        new("Law04: a pending publication is told while a swap waits", PlanKind.Waiting, "publish")
        {
            Record = AtRest with { PublicationPending = true },
            Desired = Wanted.Swap(p => p with { Paused = true }),
        },
    ];
}
