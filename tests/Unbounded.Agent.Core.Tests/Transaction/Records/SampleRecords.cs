using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Records;

/// <summary>Records for tests.</summary>
internal static class SampleRecords
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static SideRecord Side(SlotName slot, string version) => new()
    {
        Slot = slot,
        Fingerprint = Samples.Target(version).Fingerprint,
        Version = version,
        Image = $"good:{version}",
        AppliedConfig = new(AppliedConfig.Serialize(Samples.Config(version))),
        Since = Now.AddDays(-1),
    };

    /// <summary>A node that was swapped once: kube1 runs, nothing is in flight.</summary>
    public static AgentRecord AtRest() => new()
    {
        Generation = 7,
        Active = Side(Samples.Kube1, "1.30.0"),
        State = new() { Phase = Phase.Success, ToVersion = "1.30.0" },
        Counters = new(0, 0),
        MeasuredDowntimeMilliseconds = 5690,
    };

    public static FrozenTarget Frozen(string version, UpdatePolicy? policy = null)
    {
        var target = Samples.Target(version, policy: policy);
        return FrozenTarget.Freeze(target, new(AppliedConfig.Serialize(target.Config)));
    }

    /// <summary>A swap to 1.31.0 in flight.</summary>
    public static AgentRecord InFlight(
        StepKind step,
        StepState state = StepState.Intent,
        TransitionKind kind = TransitionKind.Swap,
        Func<TransitionRecord, TransitionRecord>? change = null)
    {
        var handover = step is not (StepKind.Begin or StepKind.Prepare or StepKind.Revive);
        var transition = new TransitionRecord
        {
            Kind = kind,
            From = Samples.Kube1,
            To = kind == TransitionKind.Restart ? Samples.Kube1 : Samples.Kube2,
            Target = Frozen("1.31.0"),
            Step = step,
            StepState = state,
            HostBootId = "boot-1",
            StartedAt = Now.AddMinutes(-1),
            HandoverBegun = handover,
            DownSince = handover ? Now.AddSeconds(-10) : null,
            CommitIntended = step == StepKind.Commit,
            Steps = [new() { Step = StepKind.Prepare, Slot = Samples.Kube2, StartedAt = Now, Milliseconds = 80, Parts = [new("fetch", 60)] }],
            Evidence = [new("kubelet-healthz", CheckOutcome.NotYet, "connection refused", 3, 4)],
            Warnings = ["a device is missing"],
        };
        return AtRest() with
        {
            State = new()
            {
                Phase = step switch
                {
                    StepKind.Begin or StepKind.Prepare or StepKind.Revive => state == StepState.Done && step != StepKind.Begin ? Phase.Staged : Phase.Downloading,
                    StepKind.Deactivate or StepKind.Activate => Phase.Activated,
                    _ => Phase.Verifying,
                },
                FromVersion = "1.30.0",
                ToVersion = "1.31.0",
                AttemptCount = 1,
            },
            Attempts = new() { Fingerprint = transition.Target.Fingerprint, Used = 1 },
            RequestAttempts = kind == TransitionKind.Rollback ? new() { Fingerprint = "request-1", Used = 1 } : null,
            Transition = change is null ? transition : change(transition),
        };
    }

    /// <summary>A record with something in every place.</summary>
    public static AgentRecord Full() => InFlight(StepKind.Verify) with
    {
        Previous = Side(Samples.Kube2, "1.29.0"),
        Leftovers = [Samples.Kube2],
        PublicationPending = true,
        Repair = new(StepKind.Restore, 2, Now, new("UBA-4001", "what", "why", "next")),
        LastTransition = new()
        {
            Kind = TransitionKind.Rollback,
            From = Samples.Kube1,
            To = Samples.Kube2,
            Fingerprint = "f",
            Version = "1.29.0",
            Result = TransitionResult.RolledBack,
            StartedAt = Now,
            FinishedAt = Now,
            DowntimeMilliseconds = 5700,
            Error = new("UBA-1023", "what", "why", "next"),
            Request = "request-1",
        },
    };
}
