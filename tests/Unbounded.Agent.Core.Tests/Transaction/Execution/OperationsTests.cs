using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>Rollback, restart, repave, labels.</summary>
public sealed class OperationsTests
{
    [Fact]
    public void Rollback_OnRequest_GoesBackWithoutPreparingAnything()
    {
        var world = Worlds.Swapped();
        var config = world.Record!.Previous!.AppliedConfig;
        world.Wishes.Requests = new() { Rollback = "request-1" };

        world.RunToRest();

        Assert.Equal(("1.30.0", Kube1), (world.Record!.Active!.Version, world.Record.Active.Slot));
        Assert.Equal(config, world.Record.Active.AppliedConfig);
        Assert.Equal("1.31.0", world.Record.Previous!.Version);
        Assert.Equal(StepKind.Revive, world.Last().Steps[0].Step);
        Assert.Equal([("request-1", null)], world.Wishes.Answers);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Rollback_ThatWasCarriedOut_IsNotUndoneByTheDesiredState()
    {
        var world = Worlds.Swapped();
        world.Wishes.Requests = new() { Rollback = "request-1" };
        world.RunToRest();

        world.RunToRest();
        Assert.Equal("1.30.0", world.Record!.Active!.Version);
        Assert.Equal(PlanKind.Held, world.LastResult!.Plan.Kind);
        world.Wishes.Desired = Desired("1.31.0", policy: Policy with { RetryNonce = "again" });
        world.RunToRest();

        Assert.Equal("1.31.0", world.Record!.Active!.Version);
    }

    [Fact]
    public void Law08_ARollbackToASideThatTurnsOutBad_KeepsBoth()
    {
        var world = Worlds.Swapped();
        world.Wishes.Requests = new() { Rollback = "request-1" };
        world.Host[Kube1].Content = Target("1.30.0", Nature.NeverReady);

        world.RunToRest();

        Assert.Equal("1.31.0", world.Record!.Active!.Version);
        Assert.Equal(Phase.RolledBack, world.Record.State.Phase);
        Assert.Equal("1.30.0", world.Record.Previous!.Version);
        Assert.True(world.Host[Kube1].Complete);
        Assert.Equal(CoreErrors.GateFailed.Id, Assert.Single(world.Wishes.Answers).Refusal!.Code);
    }

    [Fact]
    public void Rollback_WithNothingToGoBackTo_IsRefusedAndAnswered()
    {
        var world = Worlds.Installed();
        world.Wishes.Requests = new() { Rollback = "request-1" };

        world.RunToRest();

        Assert.Equal(CoreErrors.NothingToRollBackTo.Id, Assert.Single(world.Wishes.Answers).Refusal!.Code);
    }

    [Fact]
    public void Rollback_AskedForTogetherWithADriftedSpec_IsCarriedOutFirst()
    {
        var world = Worlds.Swapped();
        world.Wishes.Requests = new() { Rollback = "request-1" };
        world.Wishes.Desired = Desired("1.32.0");

        world.RunToRest();

        Assert.Equal("1.30.0", world.Record!.Active!.Version);
        Assert.Equal(PlanKind.Held, world.LastResult!.Plan.Kind);
    }

    [Theory]
    [InlineData(UpdateStrategy.Manual)]
    [InlineData(UpdateStrategy.OnDelete)]
    public void Update_UnderAStrategyThatWaits_HappensWhenItIsAskedFor(UpdateStrategy strategy)
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.31.0", policy: Policy with { Strategy = strategy });
        world.RunToRest();
        Assert.Equal("1.30.0", world.Record!.Active!.Version);

        world.Wishes.Requests = new() { Update = "request-2" };
        world.RunToRest();

        Assert.Equal("1.31.0", world.Record!.Active!.Version);
        Assert.Equal("request-2", world.Last().Request);
        Assert.Equal([("request-2", null)], world.Wishes.Answers);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Law04_AnUpdateThatWasAskedForAndFails_IsAnsweredWithItsError()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.31.0", Nature.NeverReady, Policy with { Strategy = UpdateStrategy.Manual });
        world.Wishes.Requests = new() { Update = "request-2" };

        world.RunToRest();

        Assert.Equal("1.30.0", world.Record!.Active!.Version);
        Assert.Equal(TransitionResult.RolledBack, world.Last().Result);
        Assert.Equal(CoreErrors.GateFailed.Id, Assert.Single(world.Wishes.Answers).Refusal!.Code);
    }

    [Fact]
    public void RebootCounter_Raised_RestartsTheActiveSideOnce()
    {
        var world = Worlds.Installed();
        var boots = world.Host[Kube1].BootCount;
        world.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 1 };

        world.RunToRest();
        world.RunToRest();

        Assert.Equal(boots + 1, world.Host[Kube1].BootCount);
        Assert.Equal(new(1, 0), world.Record!.Counters);
        Assert.Equal((TransitionKind.Restart, TransitionResult.Succeeded), (world.Last().Kind, world.Last().Result));
        Assert.Equal(Phase.Success, world.Record.State.Phase);
        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 5000, 6500);
    }

    [Fact]
    public void Law06_ARestartThatFails_IsNotRepeatedButTheSideIsBroughtBack()
    {
        var world = Worlds.Installed();
        world.Host.Failing["boot kube1"] = 1;
        world.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 1 };

        world.RunToRest();

        Assert.Equal(TransitionResult.Failed, world.Last().Result);
        Assert.Equal(new(1, 0), world.Record!.Counters);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void RepaveCounter_Raised_SwapsToTheSameConfiguration()
    {
        var world = Worlds.Installed();
        world.Wishes.Desired = Desired("1.30.0") with { RepaveCounter = 1 };

        world.RunToRest();

        Assert.Equal((Kube2, "1.30.0"), (world.Record!.Active!.Slot, world.Record.Active.Version));
        Assert.Equal(new(0, 1), world.Record.Counters);
        Assert.Equal(TransitionKind.Repave, world.Last().Kind);
    }

    [Fact]
    public void Counters_OfANewNode_CountAsCarriedOut()
    {
        var world = Worlds.Machine(w => w.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 4, RepaveCounter = 2 });

        world.RunToRest();

        Assert.Equal(new(4, 2), world.Record!.Counters);
        Assert.Equal(TransitionKind.Install, world.Last().Kind);
    }

    [Fact]
    public void Labels_ThatChange_CostNoSwap()
    {
        var world = Worlds.Installed();
        var starts = world.Host[Kube1].KubeletStarts;
        world.Wishes.Desired = Desired("1.30.0") with { Config = Config("1.30.0", labels: ("zone", "b")) };

        world.RunToRest();

        Assert.Equal("b", world.Host[Kube1].Labels["zone"]);
        Assert.Equal(starts, world.Host[Kube1].KubeletStarts);
        Assert.Equal(TransitionKind.Install, world.Last().Kind);
        Assert.Contains("zone", System.Text.Encoding.UTF8.GetString(world.Record!.Active!.AppliedConfig.Memory.Span), StringComparison.Ordinal);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Labels_BesideAFailedTarget_AreAppliedAllTheSame()
    {
        var world = Worlds.Drifted(Nature.NeverReady);
        world.RunToRest();
        world.Wishes.Desired = Desired("1.31.0", Nature.NeverReady) with { Config = Config("1.31.0", Nature.NeverReady, ("zone", "b")) };

        world.RunToRest();

        Assert.Equal("b", world.Host[Kube1].Labels["zone"]);
        Assert.Equal(1, world.Record!.State.AttemptCount);
        Assert.Equal("1.30.0", world.Record.Active!.Version);
        Invariants.AtRest(world, ["1.30.0"]);
    }
}
