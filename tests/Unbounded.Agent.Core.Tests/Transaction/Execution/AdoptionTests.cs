using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>A host that the ancestor set up.</summary>
public sealed class AdoptionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Adopt_OfARunningSide_RestartsNothing(bool sidecar)
    {
        var world = Ancestor(sidecar);
        var starts = world.Host[Kube1].KubeletStarts;

        world.RunToRest();

        Assert.Equal((Kube1, "1.30.0", null), (world.Record!.Active!.Slot, world.Record.Active.Version, world.Record.Active.Fingerprint));
        Assert.Equal(starts, world.Host[Kube1].KubeletStarts);
        Assert.Null(world.Record.LastTransition);
        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Adopt_AndSwap_GoesOnFromThere()
    {
        var world = Ancestor();
        world.Wishes.Desired = Desired("1.31.0");

        world.RunToRest();

        Invariants.AtRest(world, ["1.31.0"]);
        Assert.Equal("1.30.0", world.Record!.Previous!.Version);
    }

    [Fact]
    public void Adopt_AndSwap_AndRollBack_GoesBackToTheAncestorsSide()
    {
        var world = Ancestor();
        world.Wishes.Desired = Desired("1.31.0");
        world.RunToRest();
        world.Wishes.Requests = new() { Rollback = "request-1" };

        world.RunToRest();

        Invariants.AtRest(world, ["1.30.0"]);
        Assert.Equal(Kube1, world.Record!.Active!.Slot);
    }

    [Fact]
    public void Adopt_OfABadTargetAfterwards_PutsTheAncestorsSideBack()
    {
        var world = Ancestor();
        world.Wishes.Desired = Desired("1.31.0", Nature.NeverReady);

        world.RunToRest();

        Invariants.AtRest(world, ["1.30.0"]);
        Assert.True(world.Last().RevertVerified);
    }

    [Fact]
    public void Adopt_OfTwoConfigs_IsRefusedAndChangesNothing()
    {
        var world = Ancestor();
        world.Disk.Put(world.Applied.PathOf(Kube2), AppliedConfig.Serialize(Config("1.31.0")));

        world.RunAgent();

        Assert.Equal(CoreErrors.AppliedConfigAmbiguous.Id, world.LastResult!.Problem!.Code);
        Assert.Null(world.Record);
        Assert.NotNull(world.Disk.Peek(world.Applied.PathOf(Kube2)));
        Assert.True(world.IsUp());
    }

    [Fact]
    public void Adopt_OfAConfigWithTheWrongChecksum_IsRefusedAndChangesNothing()
    {
        var world = Ancestor();
        world.Disk.Put(world.Applied.SidecarPathOf(Kube1), System.Text.Encoding.ASCII.GetBytes(new string('0', 64) + "\n"));

        world.RunAgent();

        Assert.Equal(CoreErrors.AppliedConfigMismatch.Id, world.LastResult!.Problem!.Code);
        Assert.Null(world.Record);
    }

    [Fact]
    public void Adopt_OfASideThatIsDown_StartsIt()
    {
        var world = Ancestor();
        world.Host.Fail(Kube1);

        world.RunToRest();

        Invariants.AtRest(world, ["1.30.0"]);
    }

    [Fact]
    public void Adopt_CountsNoOperationAsPending()
    {
        var world = Ancestor();
        world.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 3, RepaveCounter = 2 };

        world.RunToRest();

        Assert.Equal(new(3, 2), world.Record!.Counters);
        Assert.Null(world.Record.LastTransition);
    }

    [Fact]
    public void Adopt_BeforeTheConfigurationIsKnown_TakesTheCountersOverLater()
    {
        var world = Ancestor();
        world.Wishes.Desired = null;
        world.RunToRest();
        Assert.Null(world.Record!.Counters);
        world.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 3 };

        world.RunToRest();

        Assert.Equal(new(3, 0), world.Record!.Counters);
        Assert.Null(world.Record.LastTransition);
    }

    [Fact]
    public void ARecordThatIsMovedAside_IsMadeAgainByAdoption()
    {
        var world = Worlds.Swapped();
        world.Disk.Remove(World<SimMachines>.RecordPath);

        world.RunToRest();

        Assert.Equal((Kube2, "1.31.0"), (world.Record!.Active!.Slot, world.Record.Active.Version));
        Assert.Equal(PlanKind.Nothing, world.LastResult!.Plan.Kind);
    }

    private static World<SimMachines> Ancestor(bool sidecar = true)
    {
        var world = Worlds.Machine(w => w.Wishes.Desired = Desired("1.30.0"));
        world.Host.SetUp(Kube1, Target("1.30.0"), foreign: true);
        var config = AppliedConfig.Serialize(Config("1.30.0"));
        world.Disk.Put(world.Applied.PathOf(Kube1), config);
        if (sidecar)
        {
            world.Disk.Put(world.Applied.SidecarPathOf(Kube1), AppliedConfig.Sidecar(config));
        }

        return world;
    }
}
