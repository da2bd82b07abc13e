using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Changes;

public sealed class TurnsTests
{
    private static readonly DateTimeOffset Now = SampleRecords.Now;

    [Fact]
    public void Intent_ToPrepare_GivesUpThePreviousSideThatWasThere()
    {
        var record = SampleRecords.InFlight(StepKind.Begin, StepState.Done) with
        {
            Previous = SampleRecords.Side(Kube2, "1.29.0"),
            Leftovers = [Kube2],
        };

        var next = Turns.Intent(record, StepKind.Prepare, "boot-2", Now);

        Assert.Null(next.Previous);
        Assert.Empty(next.Leftovers);
        Assert.Equal((StepKind.Prepare, StepState.Intent, "boot-2"), (next.Transition!.Step, next.Transition.StepState, next.Transition.HostBootId));
    }

    [Fact]
    public void Intent_ToHandOver_IsTheTurnFromFailedToRolledBack()
    {
        var before = SampleRecords.InFlight(StepKind.Prepare, StepState.Done);

        var next = Turns.Intent(before, StepKind.Deactivate, "boot-1", Now);

        Assert.Equal((false, true), (before.Transition!.HandoverBegun, next.Transition!.HandoverBegun));
        Assert.Equal((Phase.Activated, Now), (next.State.Phase, next.Transition.DownSince));
    }

    [Fact]
    public void Intent_ToHandOverAgain_KeepsTheFirstInstant()
    {
        var first = Turns.Intent(SampleRecords.InFlight(StepKind.Prepare, StepState.Done), StepKind.Deactivate, "boot-1", Now);

        Assert.Equal(Now, Turns.Intent(first, StepKind.Deactivate, "boot-1", Now.AddMinutes(5)).Transition!.DownSince);
    }

    [Fact]
    public void Done_OfTheCommit_MovesTheSides()
    {
        var record = SampleRecords.InFlight(StepKind.Commit);

        var next = Turns.Done(record, StepKind.Commit, [], [], Now);

        Assert.Equal((Kube2, "1.31.0", Now), (next.Active!.Slot, next.Active.Version, next.Active.Since));
        Assert.Equal(record.Active, next.Previous);
        Assert.Equal((Phase.Success, true), (next.State.Phase, next.Transition!.Committed));
        Assert.Equal(record.Transition!.Target.AppliedConfig, next.Active.AppliedConfig);
    }

    [Fact]
    public void Law02_DoneOfTheCommit_WipesAReasonToGiveUp()
    {
        var record = SampleRecords.InFlight(StepKind.Commit, change: t => t with { GivenUp = new("UBA-1", "a", "b", "c"), TargetFailed = true });

        var next = Turns.Done(record, StepKind.Commit, [], [], Now);

        Assert.Null(next.Transition!.GivenUp);
        Assert.False(next.Transition.TargetFailed);
    }

    [Fact]
    public void Done_OfAFirstSideInPlaceOfALostOne_LeavesTheLostOneToBeFreed()
    {
        var record = SampleRecords.InFlight(StepKind.Commit, kind: TransitionKind.Install, change: t => t with { From = null });

        var next = Turns.Done(record, StepKind.Commit, [], [], Now);

        Assert.Null(next.Previous);
        Assert.Equal([Kube1], next.Leftovers);
    }

    [Fact]
    public void Done_WithManyWarnings_KeepsABoundedNumber()
    {
        var warnings = Enumerable.Range(0, 1000).Select(i => $"warning {i}").ToList();

        Assert.Equal(20, Turns.Done(SampleRecords.InFlight(StepKind.Prepare), StepKind.Prepare, [], warnings, Now).Transition!.Warnings.Count);
    }

    [Fact]
    public void GiveUp_ASecondTime_KeepsTheFirstReason()
    {
        var first = Turns.GiveUp(SampleRecords.InFlight(StepKind.Verify), new("UBA-1", "first", "", ""), targetFailed: true);

        var second = Turns.GiveUp(first, new("UBA-2", "second", "", ""), targetFailed: false);

        Assert.Equal(("first", true), (second.Transition!.GivenUp!.Message, second.Transition.TargetFailed));
    }

    [Fact]
    public void HealthFailed_WhileVerifying_CountsAndGoesOnVerifying()
    {
        var next = Turns.HealthFailed(SampleRecords.InFlight(StepKind.Verify), [], Now);

        Assert.Equal((Phase.Verifying, 1), (next.State.Phase, next.State.HealthCheckFailures));
    }
}
