using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>Law 4, and what an unreachable API server may and may not do.</summary>
public sealed class PublishingTests
{
    [Fact]
    public void Law04_AnUnreachablePublisher_StopsNoTransitionAndIsToldLater()
    {
        var world = Worlds.Drifted();
        world.Publisher.IsDown = true;
        world.RunAgentFor(TimeSpan.FromHours(1));
        Assert.Equal(("1.31.0", true), (world.Record!.Active!.Version, world.Record.PublicationPending));

        world.Publisher.IsDown = false;
        world.RunToRest();

        Assert.Equal(TransitionResult.Succeeded, world.Publisher.Published[^1].Record!.LastTransition!.Result);
        Invariants.AtRest(world, ["1.31.0"]);
    }

    [Fact]
    public void Law04_ARequest_IsAnsweredOnlyAfterItsResultWasPublished()
    {
        var world = Worlds.Swapped();
        world.Wishes.Requests = new() { Rollback = "request-1" };
        world.Publisher.IsDown = true;
        world.RunAgentFor(TimeSpan.FromHours(1));
        Assert.Equal("1.30.0", world.Record!.Active!.Version);
        Assert.Empty(world.Wishes.Answers);

        world.Publisher.IsDown = false;
        world.RunToRest();

        Assert.Equal([("request-1", null)], world.Wishes.Answers);
        Assert.Equal("request-1", world.Publisher.Published[^1].Record!.LastTransition!.Request);
    }

    [Fact]
    public void Law02_AStatusThatCanNotBeReported_RollsNothingBack()
    {
        var world = Worlds.Drifted();
        world.Publisher.IsDown = true;

        world.RunAgentFor(TimeSpan.FromMinutes(10));

        Assert.Equal(Phase.Success, world.Record!.State.Phase);
    }

    [Fact]
    public void Publish_WhileUnreachable_IsNotTriedInAHotLoop()
    {
        var world = Worlds.Drifted();
        world.Publisher.IsDown = true;

        var calls = world.RunAgentFor(TimeSpan.FromHours(1));

        Assert.InRange(calls, 10, 60);
    }

    [Fact]
    public void Publish_OfAWholeSwap_IsDoneAFewTimes()
    {
        var world = Worlds.Drifted();
        var before = world.Publisher.Published.Count;

        world.RunToRest();

        Assert.InRange(world.Publisher.Published.Count - before, 1, 2);
        Assert.InRange(world.Publisher.Reported.Select(r => r.Record?.Transition?.Step).Distinct().Count(), 4, 12);
    }

    [Fact]
    public void Publish_OfTheFinalStatus_ShowsBothSlotsAsTheyAreThen()
    {
        var world = Worlds.Drifted();

        world.RunToRest();

        var slots = world.Publisher.Published[^1].Slots!;
        Assert.Equal(Core.Slots.SlotState.Running, slots[Samples.Kube2].State);
        Assert.Equal(Core.Slots.SlotState.Complete, slots[Samples.Kube1].State);
    }

    [Fact]
    public void Publish_WhileNothingChanges_IsNotDoneAtAll()
    {
        var world = Worlds.Swapped();
        var before = world.Publisher.Published.Count;

        world.RunAgent();
        world.RunAgent();

        Assert.Equal(before, world.Publisher.Published.Count);
    }
}
