using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>What is tried again, how often, and what is not.</summary>
public sealed class RetryTests
{
    [Fact]
    public void Prepare_ThatFailsForNow_IsTriedAgainAfterAWhile()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["fill kube2"] = 1;
        var start = world.Time.GetUtcNow();

        world.RunToRest();

        Assert.Equal("1.31.0", world.Record!.Active!.Version);
        Assert.Equal(2, world.Record.State.AttemptCount);
        Assert.True(world.Time.GetUtcNow() - start > TimeSpan.FromSeconds(10));
        Assert.Null(world.Record.Attempts);
    }

    [Fact]
    public void Law06_APreparationThatKeepsFailing_IsGivenUpAfterItsAttempts()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["fill kube2"] = int.MaxValue;

        world.RunToRest();

        Assert.Equal(Phase.Failed, world.Record!.State.Phase);
        Assert.Equal((3, 3, true), (world.Record.State.AttemptCount, world.Record.Attempts!.Used, world.Record.Attempts.Failed));
        Assert.Equal(PlanKind.Held, world.LastResult!.Plan.Kind);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Prepare_OfATargetThatIsWrong_IsNotTriedAgain()
    {
        var world = Worlds.Drifted(Nature.NeverBoots);

        world.RunToRest();

        Assert.Equal((1, true), (world.Record!.State.AttemptCount, world.Record.Attempts!.Failed));
    }

    [Fact]
    public void Law06_AFailedTarget_IsTriedAgainWithAnotherNonce()
    {
        var world = Worlds.Drifted(Nature.NeverReady);
        world.RunToRest();
        world.Host.Sides[1].Content = null;

        world.RunToRest();
        Assert.Equal(1, world.Record!.State.AttemptCount);
        world.Wishes.Desired = world.Wishes.Desired! with { Policy = Policy with { RetryNonce = "again" } };
        world.RunToRest();

        Assert.Equal(2, world.Record!.State.AttemptCount);
        Assert.Equal((1, true), (world.Record.Attempts!.Used, world.Record.Attempts.Failed));
    }

    [Fact]
    public void Law06_AFailedTarget_IsTriedAgainAfterItWasUnwantedForAWhile()
    {
        var world = Worlds.Drifted(Nature.NeverReady);
        world.RunToRest();
        world.Wishes.Desired = Desired("1.30.0");
        world.RunToRest();
        Assert.Null(world.Record!.Attempts);

        world.Wishes.Desired = Desired("1.31.0", Nature.NeverReady);
        world.RunToRest();

        Assert.Equal((1, true), (world.Record!.Attempts!.Used, world.Record.Attempts.Failed));
    }

    [Fact]
    public void Law06_ATargetThatKillsTheAgent_IsGivenUpBeforeItIsTriedOnceMore()
    {
        var (world, kills) = KilledAgainAndAgain(Plant.None);

        Assert.InRange(kills, 2, 5);
        world.RunToRest();
        Assert.Equal(CoreErrors.TooManyInterruptions.Id, world.Record!.Attempts!.Error!.Code);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Law06_AResumeThatIsNotCounted_IsFound() => Assert.NotInRange(KilledAgainAndAgain(Plant.CountsNoResume).Kills, 2, 5);

    [Fact]
    public void Revert_ThatFailsForNow_IsTriedAgainAtOnce()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        world.Host.FailingBefore["marker to kube1"] = 3;

        world.RunToRest();

        Assert.Equal(Phase.RolledBack, world.Record!.State.Phase);
        Assert.True(world.Last().RevertVerified);
        Assert.Equal(3, world.Last().Warnings.Count(w => w.StartsWith("try ", StringComparison.Ordinal)));
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Revert_ThatKeepsFailing_EndsTheTransitionAndIsRepairedAsSoonAsItCanBe()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        world.Host.FailingBefore["marker to kube1"] = 7;

        world.RunToRest();

        Assert.Equal(Phase.RolledBack, world.Record!.State.Phase);
        Assert.False(world.Last().RevertVerified);
        Assert.Null(world.Record.Repair);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Revert_ThatFailsForEver_IsReportedAndLeavesAnotherTargetPossible()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        world.Host.Failing["start containerd of kube1"] = int.MaxValue;
        world.RunAgentFor(TimeSpan.FromMinutes(5));
        Assert.NotNull(world.Record!.Repair!.Error);
        Assert.Contains(Kube2, world.Record.Leftovers);

        world.Wishes.Desired = Desired("1.32.0");
        world.RunToRest();

        Invariants.AtRest(world, ["1.32.0"]);
    }

    [Fact]
    public void Revert_ToASideThatIsNoLongerHealthy_EndsAndSaysSo()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        world.Host[Kube1].Content = Target("1.30.0", Nature.NeverReady);

        world.RunToRest();

        Assert.Equal((Phase.RolledBack, false), (world.Record!.State.Phase, world.Last().RevertVerified!.Value));
        Assert.Equal(CoreErrors.GateFailed.Id, world.Last().Error!.Code);
        Assert.Contains("version is not", Assert.Single(world.Last().Evidence).Evidence, StringComparison.Ordinal);
        Assert.Equal(Kube1, world.Host.Permitted);
        Assert.Null(world.Record.Transition);
    }

    [Fact]
    public void Release_ThatFails_IsALeftoverThatIsFreedLater()
    {
        var world = Worlds.Drifted(Nature.WrongVersion);
        world.Host.Failing["unmark kube2"] = 3;

        world.RunToRest();

        Assert.Equal(Phase.RolledBack, world.Record!.State.Phase);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Retire_ThatFailsAfterTheCommit_IsDoneLater()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["stop kube1"] = 2;

        world.RunToRest();

        Assert.Equal(TransitionResult.Succeeded, world.Last().Result);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Look_ThatFails_ChangesNothingAndIsTriedAgain()
    {
        var world = Worlds.Drifted();
        world.Host.InspectFailures = 3;

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
        Assert.Equal(1, world.Record!.State.AttemptCount);
    }

    [Fact]
    public void Error_OfEachKind_IsOrIsNotTheTargetsFault()
    {
        // What may pass is tried again within the attempts; what is wrong with the target is not.
        Assert.Equal(
            [(ErrorKind.Internal, 1), (ErrorKind.Usage, 1), (ErrorKind.InvalidInput, 1), (ErrorKind.Precondition, 3), (ErrorKind.Busy, 3), (ErrorKind.Transient, 3), (ErrorKind.TransitionFailed, 1)],
            Enum.GetValues<ErrorKind>().Select(kind => (kind, AttemptsAfter("fill kube2", kind))));
    }

    [Fact]
    public void Error_OfEachKindAfterTheHandover_IsOrIsNotTheTargetsFault() => Assert.Equal(
        [(ErrorKind.Internal, 1), (ErrorKind.Usage, 1), (ErrorKind.InvalidInput, 1), (ErrorKind.Precondition, 3), (ErrorKind.Busy, 3), (ErrorKind.Transient, 3), (ErrorKind.TransitionFailed, 1)],
        Enum.GetValues<ErrorKind>().Select(kind => (kind, AttemptsAfter("marker to kube2", kind))));

    [Fact]
    public void Law06_ASourceThatIsAwayForLong_UsesUpNoAttemptOfTheTarget()
    {
        var world = Worlds.Drifted();
        world.Host.FailingWith["fill kube2"] = new("UBA-3999", ErrorKind.Transient) { IsAway = true };
        world.RunAgentFor(TimeSpan.FromHours(3));
        var tried = world.Record!.Attempts!;
        Assert.Equal((0, false, Phase.Failed), (tried.Counted, tried.Failed, world.Record.State.Phase));
        // Ever less often, but not for ever later.
        Assert.InRange(tried.Used, 8, 20);
        Assert.Equal(tried.Used, world.Record.State.AttemptCount);

        world.Host.FailingWith.Clear();
        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Law06_WhatIsAwayAfterTheHandover_CountsSinceTheNodeWasDown()
    {
        var world = Worlds.Drifted();
        world.Host.FailingWith["marker to kube2"] = new("UBA-3999", ErrorKind.Transient) { IsAway = true };

        world.RunToRest();

        Assert.Equal((3, true), (world.Record!.Attempts!.Counted, world.Record.Attempts.Failed));
    }

    [Fact]
    public void Activate_ThatFailsForNow_PutsTheOldSideBackAndIsTriedAgain()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["marker to kube2"] = 1;

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
        Assert.Equal(2, world.Record!.State.AttemptCount);
    }

    [Fact]
    public void Activate_OfAFirstSideThatFailsForNow_IsTriedAgain()
    {
        var world = Worlds.Machine(w => w.Wishes.Desired = Desired("1.30.0"));
        world.Host.Failing["marker to kube1"] = 1;

        world.RunToRest();

        Invariants.AtRest(world, ["1.30.0"]);
        Assert.Equal(2, world.Record!.State.AttemptCount);
    }

    [Fact]
    public void Law06_AnActivationThatKeepsFailingForNow_IsGivenUpAfterItsAttempts()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["marker to kube2"] = int.MaxValue;

        world.RunToRest();

        Assert.Equal((3, true), (world.Record!.Attempts!.Used, world.Record.Attempts.Failed));
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Theory]
    [InlineData(false, Nature.Good, 2, "1.31.0")]
    [InlineData(true, Nature.Good, 1, "1.30.0")]
    [InlineData(false, Nature.NeverReady, 1, "1.30.0")]
    public void Verify_WhereOnlyWhatTheSideHasNoPartInFails_IsTriedAgain(bool speaksOfTheSide, string nature, int attempts, string version)
    {
        var world = Worlds.Drifted(nature);
        world.MoreChecks.Add(new FailingCheck(world.Time, world.Time.GetUtcNow() + Policy.HealthGate.Timeout + TimeSpan.FromSeconds(5), speaksOfTheSide));

        world.RunToRest();

        Invariants.AtRest(world, [version]);
        Assert.Equal(attempts, world.Record!.State.AttemptCount);
    }

    [Fact]
    public void VerifyReverted_WhereWhatTheSideHasNoPartInStillFails_IsNotWaitedFor()
    {
        var world = Worlds.Drifted();
        world.MoreChecks.Add(new FailingCheck(world.Time, DateTimeOffset.MaxValue, speaksOfTheSide: false));

        world.RunToRest();

        Invariants.AtRest(world, ["1.30.0"]);
        Assert.True(world.Last().RevertVerified);
        Assert.Equal(CoreErrors.SurroundingsFailed.Id, world.Last().Error!.Code);
    }

    private static int AttemptsAfter(string effect, ErrorKind kind)
    {
        var world = Worlds.Drifted();
        world.Host.FailingWith[effect] = new("UBA-3999", kind);
        world.RunToRest();
        return world.Record!.State.AttemptCount;
    }

    // A swap that is always cut off at the same effect, until the agent does not come so far any more, or ten times.
    private static (World<SimMachines> World, int Kills) KilledAgainAndAgain(Plant plant)
    {
        var world = Worlds.Drifted();
        world.Plant = plant;
        var effects = CrashStory.EffectsOf(new Scenario<SimMachines>("swap", () => Worlds.Drifted(), "1.31.0"));
        var kills = 0;
        while (!world.RunAgent(cutAt: Math.Min(20, effects)) && kills < 10)
        {
            kills++;
        }

        return (world, kills);
    }

    // Fails until a time.
    private sealed class FailingCheck(TimeProvider time, DateTimeOffset until, bool speaksOfTheSide) : ICheck
    {
        public string Name => "failing";

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public bool SpeaksOfTheSide => speaksOfTheSide;

        public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(time.GetUtcNow() < until ? CheckResult.NotYet("it fails") : CheckResult.Passed("it passes"));
    }
}
