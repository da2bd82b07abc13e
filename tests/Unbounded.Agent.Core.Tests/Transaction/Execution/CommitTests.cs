using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>Faults at the point of no return, and after it.</summary>
public sealed class CommitTests
{
    [Fact]
    public void Law02_ACommitThatTookEffectAndReportedAnError_Stands()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["enable kube2"] = 1;

        world.RunToRest();

        Assert.Equal((TransitionResult.Succeeded, 1), (world.Last().Result, world.Record!.State.AttemptCount));
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Commit_ThatDidNotTakeEffect_RollsBackAndIsTriedAgain()
    {
        var world = Worlds.Drifted();
        world.Host.FailingBefore["enable kube2"] = 1;
        List<Phase> phases = [];
        world.Scissors.OnEffect = (_, _) => phases.Add(world.Record?.State.Phase ?? Phase.Idle);

        world.RunToRest();

        Assert.Contains(Phase.RolledBack, phases);
        Assert.Equal(2, world.Record!.State.AttemptCount);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Commit_WhoseOutcomeCanNotBeAsked_GivesUpNeitherSide()
    {
        var world = Worlds.Drifted();
        world.Host.Failing["enable kube2"] = 1;
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect == "enable kube2")
            {
                world.Host.InspectFailures = 1;
            }
        };
        List<string> effects = [];
        world.Scissors.OnEffect += (_, effect) => effects.Add(effect);

        world.RunToRest();

        Assert.DoesNotContain("stop kubelet of kube2", effects);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Law02_AFullDiskRightAfterTheCommit_RollsNothingBack()
    {
        var world = Worlds.Drifted();
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect == "enable kube2")
            {
                world.Disk.IsFull = _ => true;
            }
        };
        world.RunAgentFor(TimeSpan.FromMinutes(10));
        Assert.Equal(Kube2, world.Host.Permitted);
        Assert.Equal(Kube2, world.Host.BootsNext);
        Assert.True(world.IsUp());

        world.Disk.IsFull = _ => false;
        world.Scissors.OnEffect = null;
        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Law01_AnIntentThatCanNotBeSaved_HasNoEffect()
    {
        var world = Worlds.Drifted();
        world.Disk.IsFull = path => path.EndsWith("record.json", StringComparison.Ordinal);
        List<string> effects = [];
        world.Scissors.OnEffect = (_, effect) => effects.Add(effect);

        world.RunAgentFor(TimeSpan.FromMinutes(10));

        Assert.DoesNotContain(effects, e => e.Contains("kube", StringComparison.Ordinal) && !e.Contains('/', StringComparison.Ordinal));
        Assert.Equal(ExecutionEnd.Unfinished, world.LastResult!.End);
        Assert.NotNull(world.LastResult.Problem);
    }

    [Fact]
    public void Save_ThatFailsAtAnyMoment_NeverLeavesTheNodeDown()
    {
        var effects = CrashStory.EffectsOf(new Scenario<SimMachines>("swap", () => Worlds.Drifted(), "1.31.0"));
        for (var at = 1; at <= effects; at++)
        {
            var world = Worlds.Drifted();
            world.Scissors.OnEffect = (n, _) =>
            {
                if (n == at)
                {
                    world.Disk.IsFull = _ => true;
                }
            };
            world.RunAgentFor(TimeSpan.FromMinutes(10));
            Assert.True(world.IsUp(), $"the node is down: the disk was full from effect {at} on");

            world.Disk.IsFull = _ => false;
            world.Scissors.OnEffect = null;
            world.RunToRest();
            Invariants.AtRest(world, ["1.31.0", "1.30.0"]);
        }
    }

    [Fact]
    public void Restart_WithAFullDisk_NeverLeavesTheNodeDown()
    {
        var effects = CrashStory.EffectsOf(new Scenario<SimMachines>("swap", () => Worlds.Drifted(), "1.31.0"));
        for (var at = 1; at <= effects; at++)
        {
            var world = Worlds.Drifted();
            world.RunAgent(cutAt: at);
            world.Disk.IsFull = _ => true;
            world.RunAgentFor(TimeSpan.FromMinutes(10));
            Assert.True(world.IsUp(), $"the node is down: the agent was killed after effect {at}, then the disk was full");

            world.Disk.IsFull = _ => false;
            world.RunToRest();
            Invariants.AtRest(world, ["1.31.0"]);
        }
    }

    [Fact]
    public void DerivedFiles_ThatCanNotBeWritten_StopNothingAndAreWrittenLater()
    {
        var world = Worlds.Drifted();
        world.Disk.IsFull = path => !path.EndsWith("record.json", StringComparison.Ordinal);
        world.RunAgentFor(TimeSpan.FromMinutes(10));
        Assert.Equal(("1.31.0", TransitionResult.Succeeded), (world.Record!.Active!.Version, world.Last().Result));
        Assert.NotNull(world.LastResult!.LookAgainAt);

        world.Disk.IsFull = _ => false;
        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Save_BySomebodyElseInTheMiddle_EndsTheRun()
    {
        var world = Worlds.Drifted();
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (effect == "fill kube2")
            {
                world.Scissors.OnEffect = null;
                var record = world.Record!;
                world.Disk.Put(World<SimMachines>.RecordPath, RecordSerializer.Serialize(record with { Generation = record.Generation + 1 }));
            }
        };

        world.RunAgentFor(TimeSpan.FromSeconds(5));

        Assert.Equal(CoreErrors.RecordChanged.Id, world.LastResult!.Problem!.Code);
        Assert.Equal(Kube1, world.Host.Permitted);
    }
}
