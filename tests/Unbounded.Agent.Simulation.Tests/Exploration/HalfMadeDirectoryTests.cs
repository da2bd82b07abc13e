using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Exploration;

/// <summary>A story that a long search has found (seed 7, among 250,000 states): told by its effects, so that it stays the same one.</summary>
public sealed class HalfMadeDirectoryTests
{
    [Fact]
    public void Install_ADirectoryWhoseRenameWasLostAndThenNot_LeavesNoHalfMadeOne()
    {
        var scenario = Scenarios.Nspawn.Single(s => s.Name == "nspawn: install");
        var world = scenario.Prepare();

        // The name of /etc/systemd is lost, what was made in it is kept.
        world = CutAfter(world, "create", ".kube1.nspawn.unbounded-tmp", lost: change => change.StartsWith("rename", StringComparison.Ordinal) && change.EndsWith("/etc/systemd", StringComparison.Ordinal));
        Assert.Contains(world.Files.Files(), f => f.Contains("/.systemd.unbounded-tmp/", StringComparison.Ordinal));
        // The removal of the half-made one is lost, and the name of the one that was made in its place is kept.
        world = CutAfter(world, "write", ".kube1.nspawn.unbounded-tmp", lost: change => change.Contains("/.systemd.unbounded-tmp", StringComparison.Ordinal));
        Assert.Contains(world.Files.Files(), f => f.Contains("/etc/systemd/", StringComparison.Ordinal));

        world.RunToRest();

        Invariants.AtRest(world, scenario.Ends);
    }

    private static World<NspawnHost> CutAfter(World<NspawnHost> world, string effect, string path, Func<string, bool> lost)
    {
        World<NspawnHost>? point = null;
        world.Scissors.OnEffect = (_, happened) =>
        {
            if (happened.StartsWith(effect, StringComparison.Ordinal) && happened.EndsWith(path, StringComparison.Ordinal))
                point ??= world.Fork();
        };
        world.RunAgent();
        Assert.NotNull(point);
        point.PowerCut([.. point.Files.Unsynced().Select(u => lost(u.Text()) ? Outcome.Lost : Outcome.Kept)]);
        return point;
    }
}
