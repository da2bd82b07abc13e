using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Tests.Nspawn;

/// <summary>A removed slot stays removed: its record is cleared when the removal has ended, and nobody would look for it again.</summary>
public sealed class RemovalTests
{
    private readonly World<NspawnHost> _world = new((s, t, f) => new NspawnHost(s, t, f));

    public RemovalTests()
    {
        foreach (var version in (string[])["1.30.0", "1.31.0"])
        {
            _world.Wishes.Desired = Samples.Desired(version);
            _world.RunToRest();
        }
    }

    private MachinePaths Paths => _world.Host.Paths;

    [Fact]
    public void ReleaseAsync_KilledAfterAnyEffectAndRepeated_OutlivesAPowerCut()
    {
        List<World<NspawnHost>> killed = [_world.Fork()];
        _world.Scissors.Restart(null);
        _world.Scissors.OnEffect = (_, _) => killed.Add(_world.Fork());
        Release(_world);

        foreach (var world in killed)
        {
            Release(world);
            world.PowerCut([]);

            Assert.DoesNotContain(world.Files.Everything(), e => IsOfTheSlot(e.Path));
        }

        Assert.True(killed.Count > 15, $"only {killed.Count} effects");
    }

    // A half-made directory that a preparation left, too.
    [Fact]
    public void ReleaseAsync_OfWhatWasHalfMade_OutlivesAPowerCut()
    {
        Release(_world);
        foreach (var directory in (string[])[Paths.DropInDirectory(Samples.Kube1), Paths.MachineRoot(Samples.Kube1), Paths.SlotDirectory(Samples.Kube1)])
        {
            _world.Files.Put($"{Path.GetDirectoryName(directory)}/.{Path.GetFileName(directory)}.unbounded-tmp/half", "made"u8.ToArray());
        }

        Release(_world);
        _world.PowerCut([]);

        Assert.DoesNotContain(_world.Files.Everything(), e => IsOfTheSlot(e.Path));
    }

    private static bool IsOfTheSlot(string path) =>
        path.Contains("kube1", StringComparison.Ordinal) && !path.Contains("/identity/", StringComparison.Ordinal);

    private static void Release(World<NspawnHost> world) => world.Time.Run(() => world.Host.ReleaseAsync(Samples.Kube1, CancellationToken.None));
}
