using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Worlds;

/// <summary>A copy of a world is what a death leaves, and its own.</summary>
public sealed class WorldTests
{
    [Fact]
    public void Fork_AtAnyEffect_GoesOnWithoutTheOriginal()
    {
        var world = Drifted();
        World<NspawnHost>? fork = null;
        world.Scissors.OnEffect = (n, _) => fork ??= n == 60 ? world.Fork() : null;
        world.RunToRest();
        var end = world.Files.Files().ToList();

        fork!.PowerCut(Outcome.Lost);
        fork.RunToRest();

        Assert.Equal("1.31.0", fork.Record!.Active!.Version);
        Assert.Equal(end, world.Files.Files());
    }

    [Fact]
    public void RunAgent_TwiceFromTheSameWorld_TakesTheSamePath()
    {
        var world = Drifted();
        var (one, other) = (world.Fork(), world.Fork());

        one.RunAgent();
        other.RunAgent();

        Assert.Equal(one.Scissors.Trace, other.Scissors.Trace);
        Assert.Equal(one.Disk.Peek(World<NspawnHost>.RecordPath), other.Disk.Peek(World<NspawnHost>.RecordPath));
    }

    [Fact]
    public void RunAgent_CutOff_HasNoEffectAfterwards()
    {
        var world = Drifted();

        Assert.False(world.RunAgent(cutAt: 40));

        Assert.Equal(40, world.Scissors.Effects);
    }

    private static World<NspawnHost> Drifted()
    {
        var world = new World<NspawnHost>((s, t, f) => new NspawnHost(s, t, f));
        world.Wishes.Desired = Samples.Desired("1.30.0");
        world.RunToRest();
        world.Wishes.Desired = Samples.Desired("1.31.0");
        return world.Begin();
    }
}
