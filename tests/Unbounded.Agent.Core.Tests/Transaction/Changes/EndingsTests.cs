using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Changes;

public sealed class EndingsTests
{
    private static readonly DateTimeOffset Now = SampleRecords.Now;
    private static readonly ErrorRecord Error = new("UBA-1023", "it did not prove healthy", "why", "next");

    [Fact]
    public void Conclude_OfASuccess_ClearsTheAttemptsAndKeepsTheDowntime()
    {
        var record = Concluded(t => t with { Committed = true, DowntimeMilliseconds = 5690, Observes = new(0, 3) }, Phase.Success);

        Assert.Null(record.Transition);
        Assert.Null(record.Attempts);
        Assert.Equal(5690, record.MeasuredDowntimeMilliseconds);
        Assert.Equal(new(0, 3), record.Counters);
        Assert.True(record.PublicationPending);
        Assert.Equal((TransitionResult.Succeeded, Now), (record.LastTransition!.Result, record.LastTransition.FinishedAt));
    }

    [Fact]
    public void Conclude_OfARollback_HoldsTheTargetWithItsError()
    {
        var record = Concluded(t => t with { GivenUp = Error, TargetFailed = true, Observes = new(0, 3), DowntimeMilliseconds = 9 }, Phase.Verifying);

        Assert.Equal((true, Error), (record.Attempts!.Failed, record.Attempts.Error));
        Assert.Equal((Phase.RolledBack, Error.ToString()), (record.State.Phase, record.State.LastError));
        Assert.Equal(new(0, 0), record.Counters);
        Assert.Equal(5690, record.MeasuredDowntimeMilliseconds);
        Assert.Equal(TransitionResult.RolledBack, record.LastTransition!.Result);
    }

    [Fact]
    public void Conclude_BeforeTheHandover_IsAFailureThatIsTriedAgain()
    {
        var record = Concluded(t => t with { GivenUp = Error, HandoverBegun = false }, Phase.Downloading);

        Assert.Equal((Phase.Failed, TransitionResult.Failed), (record.State.Phase, record.LastTransition!.Result));
        Assert.Equal((false, Now.AddSeconds(10)), (record.Attempts!.Failed, record.Attempts.RetryAt));
    }

    [Theory]
    [InlineData(StepKind.Release)]
    [InlineData(StepKind.Restore)]
    public void Conclude_OfASuccess_ForgetsWhatARepairFailedWith(StepKind step)
    {
        var record = SampleRecords.InFlight(StepKind.Verify, change: t => t with { Committed = true }) with { Repair = new(step, 2, Now, Error) };

        Assert.Null(Endings.Conclude(record, Now).Repair);
    }

    [Fact]
    public void Conclude_OfAFailureThatFreedWhatARepairCouldNot_ForgetsTheRepair()
    {
        var record = SampleRecords.InFlight(StepKind.Verify, change: t => t with { GivenUp = Error }) with { Repair = new(StepKind.Release, 2, Now, Error) };

        Assert.Null(Endings.Conclude(record with { Leftovers = [] }, Now).Repair);
        Assert.Equal(record.Repair, Endings.Conclude(record with { Leftovers = [new("kube2")] }, Now).Repair);
    }

    [Fact]
    public void Conclude_OfAFailure_KeepsTheRepairOfTheActiveSide()
    {
        var record = SampleRecords.InFlight(StepKind.Verify, change: t => t with { GivenUp = Error }) with { Leftovers = [], Repair = new(StepKind.Restore, 2, Now, Error) };

        Assert.Equal(record.Repair, Endings.Conclude(record, Now).Repair);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    public void RepairFailed_EachTime_WaitsTwiceAsLong(int failures, int seconds)
    {
        var record = SampleRecords.AtRest();
        for (var i = 0; i < failures; i++)
        {
            record = Endings.RepairFailed(record, StepKind.Restore, Error, Now);
        }

        Assert.Equal(new(StepKind.Restore, failures, Now.AddSeconds(seconds), Error), record.Repair);
    }

    [Fact]
    public void RepairFailed_VeryOften_WaitsNoLongerThanHalfAnHour()
    {
        var record = SampleRecords.AtRest() with { Repair = new(StepKind.Restore, 1_000_000, Now, Error) };

        Assert.Equal(Now.AddMinutes(30), Endings.RepairFailed(record, StepKind.Restore, Error, Now).Repair!.RetryAt);
    }

    [Fact]
    public void RepairFailed_OfAnotherStep_CountsAnew()
    {
        var record = SampleRecords.AtRest() with { Repair = new(StepKind.Restore, 5, Now, Error) };

        Assert.Equal(1, Endings.RepairFailed(record, StepKind.Release, Error, Now).Repair!.Failures);
    }

    [Fact]
    public void AppliedLive_KeepsEverythingButTheConfig()
    {
        var before = SampleRecords.AtRest();
        var live = Samples.Target("1.30.0") with { Config = Samples.Config("1.30.0", labels: ("zone", "b")) };

        var after = Endings.AppliedLive(before, live);

        Assert.Equal(before.Active! with { AppliedConfig = after.Active!.AppliedConfig }, after.Active);
        Assert.NotEqual(before.Active.AppliedConfig, after.Active.AppliedConfig);
    }

    private static AgentRecord Concluded(Func<TransitionRecord, TransitionRecord> change, Phase phase)
    {
        var record = SampleRecords.InFlight(StepKind.Verify, change: change);
        return Endings.Conclude(record with { State = record.State with { Phase = phase } }, Now);
    }
}
