using System.Text;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>What must be true after a crash, and at the end.</summary>
internal static class Invariants
{
    private const string TemporarySuffix = ".unbounded-tmp";

    /// <summary>Right after a death, before any agent has looked: the host alone.</summary>
    public static void AfterDeath<THost>(World<THost> world, bool hostGoesOn)
        where THost : SimHost
    {
        world.Host.Look();
        Watched(world);
        var host = world.Host;
        if (host.BootsNext is { } next)
        {
            Require(host[next].Complete, "the host would boot a side that is not complete");
        }

        if (hostGoesOn || world.Record?.Active is null)
        {
            return;
        }

        // Law 11: whatever was going on, the host has come up with a committed side by itself; on partitions a side on trial may have booted.
        Require(host.Permitted is not null, "no side runs after a power cut");
        Require(host[host.Permitted!.Value].Kubelet, "the side that may run has no kubelet after a power cut");
        Require(
            host.MayBootATrial || host.Permitted == host.BootsNext,
            "another side came up than the host boots");
    }

    /// <summary>When an agent has come to rest.</summary>
    public static void AtRest<THost>(World<THost> world, IReadOnlyList<string> ends)
        where THost : SimHost
    {
        world.Host.Look();
        Watched(world);
        var host = world.Host;
        var record = world.Record ?? throw new InvariantException("there is no record");
        Require(record.Transition is null, "a transition is in flight for ever");
        Require(record.State.Phase.IsResting(), $"the phase stays {record.State.Phase.Text()}");
        Require(!record.PublicationPending, "law 4: a final status was never published");
        Require(
            record.LastTransition is not { } last || last.FinishedAt <= world.Begun
                || world.Publisher.Published.Any(p => p.Record?.LastTransition?.FinishedAt == last.FinishedAt),
            "law 4: an intent was cleared before its final status was published");
        Require(
            !world.HasLaterField || record.Unknown?.ContainsKey(World<THost>.LaterField) == true,
            "law 15: a field of a later version's was dropped from the record");
        Require(record.Active is not null, "there is no active side");
        var active = record.Active!;
        Require(ends.Contains(active.Version), $"{active.Version} is active, expected {string.Join(" or ", ends)}");
        Require(host.Permitted == active.Slot, $"{host.Permitted} runs, the record says {active.Slot}");
        Require(host.BootsNext == active.Slot, $"the host boots {host.BootsNext}, the record says {active.Slot}");
        Require(host[active.Slot] is { Booted: true, Kubelet: true, Containerd: true, Complete: true }, "the active side does not run");
        Require(host[active.Slot].Content!.Config.Cluster.Version == active.Version, "the active side holds another version than recorded");
        Require(host[active.Slot].Nature == Nature.Good, "a bad side was committed");
        Require(!world.Cluster.Cordoned, "the node stays cordoned");
        NothingLeaks(world);
        DerivedFilesAgree(world);
    }

    /// <summary>When a first installation was given up.</summary>
    public static void NothingRuns<THost>(World<THost> world)
        where THost : SimHost
    {
        world.Host.Look();
        Watched(world);
        Require(world.Record is { Transition: null }, "a transition is in flight for ever");
        Require(world.Host.BootsNext is null, "the host boots a side that was given up");
        Require(world.Host.Sides.All(s => !s.Kubelet && s.Pods == 0), "a side that was given up is left running");
    }

    /// <summary>Law 2: within one transition the host never boots again what it has left behind.</summary>
    public static void NothingIsTakenBack<THost>(World<THost> world)
        where THost : SimHost
    {
        var booted = world.Host.Commits.Select(c => c.Version).ToList();
        var distinct = booted.Where((version, i) => i == 0 || booted[i - 1] != version).ToList();
        Require(distinct.Count == distinct.Distinct(StringComparer.Ordinal).Count(), $"law 2: a commit was taken back: {string.Join(" -> ", distinct)}");
    }

    private static void NothingLeaks<THost>(World<THost> world)
        where THost : SimHost
    {
        var record = world.Record!;
        foreach (var side in world.Host.Sides.Where(s => s.Name != record.Active!.Slot))
        {
            Require(side is { Booted: false, Kubelet: false, Containerd: false, Pods: 0 }, $"{side.Name} is left running");
            Require(record.Previous?.Slot == side.Name ? side.Complete : side.Content is null, $"{side.Name} is left with content that nobody knows of");
        }

        Require(record.Leftovers.Count == 0, "leftovers stay");
        var halfMade = world.Files.Everything().Where(e => IsLeak(world, e.Path, e.IsDirectory)).Select(e => e.Path).ToList();
        Require(halfMade.Count == 0, $"something half made stays: {string.Join(", ", halfMade)}");
    }

    // A temporary name is always the same for a file: what is left is taken over by the next write. Without the file there may never be one, and a
    // directory that is there is not made again. What is in the trash goes with the next preparation.
    private static bool IsLeak<THost>(World<THost> world, string path, bool isDirectory)
        where THost : SimHost
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(TemporarySuffix, StringComparison.Ordinal)
            && !path.Contains("/machines/trash/", StringComparison.Ordinal)
            && (isDirectory || world.Files.Find($"{Path.GetDirectoryName(path)}/{name[1..^TemporarySuffix.Length]}") is null);
    }

    private static void DerivedFilesAgree<THost>(World<THost> world)
        where THost : SimHost
    {
        var record = world.Record!;
        foreach (var slot in world.Host.Names)
        {
            var path = world.Applied.PathOf(slot);
            var config = world.Disk.Peek(path);
            var sidecar = world.Disk.Peek(path + ".sha256");
            if (slot != record.Active!.Slot)
            {
                Require(config is null && sidecar is null, $"{slot} has an applied config without being active");
                continue;
            }

            Require(config is not null && config.AsSpan().SequenceEqual(record.Active.AppliedConfig.Memory.Span), "the applied config differs from the record");
            Require(sidecar is not null && Encoding.ASCII.GetString(sidecar) == record.Active.AppliedConfig.Sha256 + "\n", "the sidecar does not match");
        }

        var state = world.Disk.Peek(World<THost>.StatePath);
        Require(state is not null, "there is no state.json");
        Require(Encoding.UTF8.GetString(state!).Contains($"\"{record.State.Phase.Text()}\"", StringComparison.Ordinal), "state.json says another phase than the record");
    }

    /// <summary>At any time: the laws that the host itself has watched.</summary>
    public static void Watched<THost>(World<THost> world)
        where THost : SimHost =>
        Require(world.Host.Violations.Count == 0, string.Join("; ", world.Host.Violations));

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvariantException(what);
        }
    }
}
