using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>The core over a backend whose activation ends the process.</summary>
public sealed class PartitionTests
{
    private static readonly SlotName A = new("A");
    private static readonly SlotName B = new("B");

    [Fact]
    public void Swap_EndsTheProcessOnceAndGoesOnInTheNextOne()
    {
        var world = Drifted();

        Assert.False(world.RunAgent());
        Assert.Equal(ExecutionEnd.EndsProcess, world.LastResult!.End);
        Assert.True(world.Host.GoesDown);
        Assert.True(world.Record!.Transition!.Suspended);
        Assert.Equal(Phase.Activated, world.Record.State.Phase);
        world.Host.Boot();
        world.RunToRest();

        Assert.Equal((B, 0), (world.Record!.Active!.Slot, world.Last().Resumes));
        Assert.Equal(B, world.Host.Default);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Swap_ToASystemThatDoesNotBoot_ComesBackByItselfAndIsTriedWithinItsAttempts()
    {
        var world = Drifted(Nature.NeverBoots);

        world.RunToRest();

        Assert.Equal((Phase.RolledBack, 3), (world.Record!.State.Phase, world.Record.State.AttemptCount));
        Assert.Equal(CoreErrors.HostRebooted.Id, world.Last().Error!.Code);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Swap_ToASystemThatFailsItsGate_IsPutBackByTheAgentItself()
    {
        var world = Drifted(Nature.NeverReady);
        var boots = world.Host[A].BootCount;

        world.RunToRest();

        Assert.Equal((Phase.RolledBack, 1), (world.Record!.State.Phase, world.Record.State.AttemptCount));
        Assert.Equal(boots + 1, world.Host[A].BootCount);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Downtime_AcrossTheReboot_IsMeasured()
    {
        var world = Drifted();
        world.RunAgent();
        world.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(40), world.Time));
        world.Host.Boot();

        world.RunToRest();

        Assert.InRange(world.Last().DowntimeMilliseconds!.Value, 45_000, 47_000);
    }

    [Fact]
    public void Restart_OfAHostThatComesBack_IsDone()
    {
        var world = Scenarios.Partition(w => w.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 1 });
        var boots = world.Host[A].BootCount;

        world.RunToRest();

        Assert.Equal(boots + 1, world.Host[A].BootCount);
        Assert.Equal((TransitionKind.Restart, TransitionResult.Succeeded), (world.Last().Kind, world.Last().Result));
    }

    [Fact]
    public void ACommittedSystemThatBootsNoMore_IsLeftToTheBootLoaderAndNotTriedAgain()
    {
        var world = Drifted();
        world.RunToRest();
        world.Host[B].Content = Target("1.31.0", Nature.NeverBoots);
        world.Host.Default = A;
        world.Host.Boot();
        var boots = world.Host[A].BootCount;

        world.RunToRest();

        Assert.Equal((A, null), (world.Record!.Active!.Slot, world.Record.Previous));
        Assert.Equal(CoreErrors.FellBack.Id, world.Record.Attempts!.Error!.Code);
        Assert.Equal(PlanKind.Held, world.LastResult!.Plan.Kind);
        Assert.Equal(boots, world.Host[A].BootCount);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void APreparedPartition_IsNotWrittenAgainAfterACrash()
    {
        var world = Drifted();
        for (var at = 1; world.Record?.Transition is not { Step: StepKind.Prepare, StepState: StepState.Done }; at++)
        {
            world = Drifted();
            world.RunAgent(cutAt: at);
        }

        var fills = 0;
        world.Scissors.OnEffect = (_, effect) => fills += effect == "fill B" ? 1 : 0;
        world.RunToRest();

        Assert.Equal(0, fills);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    private static World<SimPartitions> Drifted(string nature = Nature.Good) =>
        Scenarios.Partition(w => w.Wishes.Desired = Desired("1.31.0", nature));
}
