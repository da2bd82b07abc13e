using Unbounded.Agent.Core.Tests.Simulation;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Core.Tests.Simulation.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

public sealed class SwapTests
{
    [Fact]
    public void Reconcile_OfAFreshHost_InstallsIntoTheFirstSlot()
    {
        var world = NewWorld();
        world.Wishes.Desired = Desired("1.30.0");

        world.RunToRest();

        Assert.Equal(Kube1, world.Record!.Active!.Slot);
        Assert.Equal(Kube1, world.Host.Permitted);
        Assert.Equal(Kube1, world.Host.BootsNext);
        Assert.Equal(Phase.Success, world.Record.State.Phase);
        Assert.Equal(TransitionKind.Install, world.Record.LastTransition!.Kind);
        Assert.Null(world.Record.Transition);
    }

    [Fact]
    public void Reconcile_OfADriftedNode_SwapsAndKeepsThePreviousSide()
    {
        var world = Installed("1.30.0");
        world.Wishes.Desired = Desired("1.31.0");

        world.RunToRest();

        var record = world.Record!;
        Assert.Equal((Kube2, "1.31.0"), (record.Active!.Slot, record.Active.Version));
        Assert.Equal((Kube1, "1.30.0"), (record.Previous!.Slot, record.Previous.Version));
        Assert.Equal(Kube2, world.Host.Permitted);
        Assert.False(world.Host[Kube1].Booted);
        Assert.True(world.Host[Kube1].Complete);
        Assert.Equal(TransitionResult.Succeeded, record.LastTransition!.Result);
    }

    [Theory]
    [InlineData(Nature.NeverBoots, Phase.Failed)]
    [InlineData(Nature.ContainerdFails, Phase.RolledBack)]
    [InlineData(Nature.CrashLoopsLate, Phase.RolledBack)]
    [InlineData(Nature.WrongVersion, Phase.RolledBack)]
    [InlineData(Nature.NeverReady, Phase.RolledBack)]
    public void Reconcile_OfABadTarget_PutsTheOldSideBack(string nature, Phase phase)
    {
        var world = Installed("1.30.0");
        world.Wishes.Desired = Desired("1.31.0", nature);

        world.RunToRest();

        var record = world.Record!;
        Assert.Equal(phase, record.State.Phase);
        Assert.Equal("1.30.0", record.Active!.Version);
        Assert.Equal(Kube1, world.Host.Permitted);
        Assert.True(world.Host[Kube1].Kubelet);
        Assert.Null(world.Host[Kube2].Content);
        Assert.True(record.Attempts!.Failed);
        Assert.NotEmpty(record.State.LastError);
    }

    private static World<SimMachines> NewWorld() => new((s, t) => new SimMachines(s, t));

    private static World<SimMachines> Installed(string version)
    {
        var world = NewWorld();
        world.Wishes.Desired = Desired(version);
        world.RunToRest();
        return world;
    }
}
