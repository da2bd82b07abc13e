using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Status;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Status;

public sealed class StatusDocumentTests
{
    [Fact]
    public void From_AFreshHost_IsPending()
    {
        var status = StatusDocument.From(Records.Snapshot(null, Records.Slots(SlotState.Empty)));

        Assert.Equal(MachinePhase.Pending, status.Phase);
        Assert.Equal(0, status.Attempts);
        Assert.Null(status.LastTransition);
        Assert.Null(status.LastError);
    }

    [Fact]
    public void From_AnInstalledNode_IsReadyWithBothSlots()
    {
        var status = StatusDocument.From(Records.Snapshot(Records.Installed), new StatusOrigin("edge-1", 3));

        Assert.Equal(MachinePhase.Ready, status.Phase);
        Assert.Equal("kube1 runs Kubernetes 1.30.1", status.Message);
        Assert.Equal("kube1", status.ActiveSlot);
        Assert.Equal(3, status.ObservedGeneration);
        Assert.Equal(
            [
                new SlotStatus("kube1", "Running", "oci-layout:///images:v1", "sha256:" + new string('1', 64), "1.30.1"),
                new SlotStatus("kube2", "Empty"),
            ],
            status.Slots);
        Assert.Equal("Succeeded", status.LastTransition!.Result);
        Assert.Null(status.LastTransition.DowntimeMilliseconds);
    }

    [Theory]
    [InlineData(StepKind.Prepare, MachinePhase.Provisioning)]
    [InlineData(StepKind.Commit, MachinePhase.Provisioning)]
    [InlineData(StepKind.Verify, MachinePhase.Joining)]
    [InlineData(StepKind.VerifyReverted, MachinePhase.Joining)]
    public void From_ASwapUnderWay_ShowsItAndItsTarget(StepKind step, MachinePhase phase)
    {
        var status = StatusDocument.From(Records.Snapshot(Records.Swapping(step)));

        Assert.Equal(phase, status.Phase);
        Assert.Equal("oci-layout:///images:v2", status.TargetImage);
        Assert.Equal(2, status.Attempts);
        Assert.Equal("kube1", status.ActiveSlot);
        Assert.Equal(("kube1", "kube2"), (status.LastTransition!.From, status.LastTransition.To));
        Assert.Null(status.LastTransition.Result);
        Assert.Null(status.LastTransition.FinishedAt);
        Assert.Equal(new StepStatus("prepare", 4154), Assert.Single(status.LastTransition.Steps));
    }

    [Fact]
    public void From_ARestartUnderWay_IsRebooting()
    {
        var record = Records.Swapping(StepKind.Restart);

        var status = StatusDocument.From(Records.Snapshot(record with { Transition = record.Transition! with { Kind = TransitionKind.Restart } }));

        Assert.Equal(MachinePhase.Rebooting, status.Phase);
    }

    [Fact]
    public void From_ARollback_IsFailedWithItsErrorAndDowntime()
    {
        var status = StatusDocument.From(Records.Snapshot(Records.RolledBack));

        Assert.Equal(MachinePhase.Failed, status.Phase);
        Assert.Equal("Kubernetes 1.31.0 was rolled back: the gate did not pass", status.Message);
        Assert.Equal(new ErrorStatus("UBA-1023", "the gate did not pass", "the kubelet crashed", "see its log"), status.LastError);
        Assert.Equal("RolledBack", status.LastTransition!.Result);
        Assert.Equal(5690, status.LastTransition.DowntimeMilliseconds);
        Assert.Equal("write-files", Assert.Single(status.LastTransition.Steps).Name);
    }

    [Fact]
    public void From_ANewAttemptAfterAFailure_NoLongerShowsTheOldError()
    {
        var record = Records.Swapping(StepKind.Prepare) with { LastTransition = Records.RolledBack.LastTransition };

        Assert.Null(StatusDocument.From(Records.Snapshot(record)).LastError);
    }

    [Fact]
    public void From_AGivenUpTransition_ShowsWhyWhileItIsUndone()
    {
        var record = Records.Swapping(StepKind.Revert);

        var status = StatusDocument.From(Records.Snapshot(record with { Transition = record.Transition! with { GivenUp = Records.Error } }));

        Assert.Equal("UBA-1023", status.LastError!.Code);
    }

    [Theory]
    [InlineData(SlotState.Down, "kube1 should run Kubernetes 1.30.1, but is down")]
    [InlineData(SlotState.HeldBack, "kube1 should run Kubernetes 1.30.1, but is held back")]
    public void From_ANodeThatIsNotUp_SaysSo(SlotState state, string message)
    {
        var status = StatusDocument.From(Records.Snapshot(Records.Installed, Records.Slots(state)));

        Assert.Equal(MachinePhase.Failed, status.Phase);
        Assert.Equal(message, status.Message);
    }

    [Fact]
    public void From_AProblemOutsideOfAnyTransition_IsTheLastError()
    {
        var snapshot = Records.Snapshot(Records.Installed) with { Problem = new ErrorRecord("UBA-5102", "the Machine is not valid", "x", "y") };

        var status = StatusDocument.From(snapshot);

        Assert.Equal("UBA-5102", status.LastError!.Code);
        Assert.Equal(MachinePhase.Ready, status.Phase);
    }

    [Fact]
    public void From_AFileRefusedAfterAFailedAttempt_IsTheLastError()
    {
        var snapshot = Records.Snapshot(Records.RolledBack) with { Problem = new ErrorRecord("UBA-5102", "the Machine is not valid", "x", "y") };

        var status = StatusDocument.From(snapshot);

        Assert.Equal("UBA-5102", status.LastError!.Code);
        Assert.Equal("RolledBack", status.LastTransition!.Result);
    }

    [Fact]
    public void From_ASlotThatCannotBeRead_FallsBackToTheRecord()
    {
        var slots = new SlotsObservation("boot", Records.Kube1, Records.Kube1, [new(Records.Kube1, SlotState.Running), new(Records.Kube2, SlotState.Empty)]);

        var status = StatusDocument.From(Records.Snapshot(Records.Installed, slots));

        Assert.Equal("1.30.1", status.Slots![0].KubernetesVersion);
        Assert.Equal("oci-layout:///images:1.30.1", status.Slots[0].Image);
        Assert.Null(status.Slots[1].Image);
    }

    [Fact]
    public void From_NoSlots_IsStillAStatus()
    {
        var status = StatusDocument.From(new StatusSnapshot(Records.Installed, Slots: null, Plan: null, Records.Now));

        Assert.Equal("kube1 should run Kubernetes 1.30.1, but is not to be seen", status.Message);
        Assert.Empty(status.Slots!);
    }
}
