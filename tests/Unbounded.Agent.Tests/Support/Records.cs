using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Tests.Support;

/// <summary>Records and slots as they are at the turning points of a node's life.</summary>
internal static class Records
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly SlotName Kube1 = new("kube1");
    public static readonly SlotName Kube2 = new("kube2");

    public static SideRecord Side(SlotName slot, string version) => new()
    {
        Slot = slot,
        Version = version,
        Image = $"oci-layout:///images:{version}",
        Fingerprint = new string('a', 64),
        AppliedConfig = new("{}"u8),
        Since = Now,
    };

    /// <summary>kube1 was installed.</summary>
    public static AgentRecord Installed => new()
    {
        Active = Side(Kube1, "1.30.1"),
        State = new UpdateState { Phase = Phase.Success, ToVersion = "1.30.1", AttemptCount = 1 },
        LastTransition = Ended(TransitionResult.Succeeded) with { Kind = TransitionKind.Install, From = null, To = Kube1, Version = "1.30.1", DowntimeMilliseconds = null },
    };

    /// <summary>A swap from kube1 to kube2 is under way.</summary>
    public static AgentRecord Swapping(StepKind step) => Installed with
    {
        State = new UpdateState { Phase = Phase.Downloading, FromVersion = "1.30.1", ToVersion = "1.31.0", AttemptCount = 2 },
        Transition = new TransitionRecord
        {
            Kind = TransitionKind.Swap,
            From = Kube1,
            To = Kube2,
            Target = new FrozenTarget { Fingerprint = new string('b', 64), Version = "1.31.0", Image = "oci-layout:///images:v2", Content = new("{}"u8), AppliedConfig = new("{}"u8) },
            Step = step,
            StepState = StepState.Intent,
            HostBootId = "boot",
            StartedAt = Now,
            Steps = [new StepTiming { Step = StepKind.Prepare, StartedAt = Now, Milliseconds = 4154 }],
        },
    };

    /// <summary>A swap to kube2 was rolled back.</summary>
    public static AgentRecord RolledBack => Installed with
    {
        State = new UpdateState { Phase = Phase.RolledBack, FromVersion = "1.30.1", ToVersion = "1.31.0", AttemptCount = 1, LastError = "x" },
        LastTransition = Ended(TransitionResult.RolledBack) with { Error = Error },
    };

    public static ErrorRecord Error { get; } = new("UBA-1023", "the gate did not pass", "the kubelet crashed", "see its log");

    public static TransitionSummary Ended(TransitionResult result) => new()
    {
        Kind = TransitionKind.Swap,
        From = Kube1,
        To = Kube2,
        Fingerprint = new string('b', 64),
        Version = "1.31.0",
        Image = "oci-layout:///images:v2",
        Result = result,
        StartedAt = Now,
        FinishedAt = Now + TimeSpan.FromSeconds(17),
        DowntimeMilliseconds = 5690,
        Steps = [new StepTiming { Step = StepKind.WriteFiles, StartedAt = Now, Milliseconds = 17 }],
    };

    public static SlotsObservation Slots(SlotState kube1 = SlotState.Running, SlotState kube2 = SlotState.Empty) => new(
        "boot",
        Kube1,
        Kube1,
        [
            new(Kube1, kube1, Image: "oci-layout:///images:v1", ImageDigest: "sha256:" + new string('1', 64), KubernetesVersion: "1.30.1"),
            new(Kube2, kube2),
        ]);

    public static StatusSnapshot Snapshot(AgentRecord? record, SlotsObservation? slots = null) => new(record, slots ?? Slots(), Plan: null, Now);
}
