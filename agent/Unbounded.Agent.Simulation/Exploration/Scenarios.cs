using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Clock;
using Unbounded.Agent.Simulation.Disks;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Nspawn;
using Unbounded.Agent.Simulation.Worlds;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>What is cut off.</summary>
internal static class Scenarios
{
    /// <summary>Machines that are modelled call by call.</summary>
    public static IReadOnlyList<Scenario<SimMachines>> Machines { get; } =
    [
        .. Of("model", (s, t, _) => new SimMachines(s, t), (host, slot) => host.Fail(slot)),
        new("model: drained swap", () => Drained(w => w.Wishes.Desired = DrainedWish("1.31.0")), "1.31.0"),
        new("model: drained swap to " + Nature.NeverReady, () => Drained(w => w.Wishes.Desired = DrainedWish("1.31.0", Nature.NeverReady)), "1.30.0"),
        new("model: drain that a budget blocks", () => Drained(w => (w.Wishes.Desired, w.Cluster.Blocks) = (DrainedWish("1.31.0"), true)), "1.30.0"),
        new("model: drained rollback", () => Drained(w => w.Wishes.Desired = DrainedWish("1.31.0"), w => w.Wishes.Requests = new() { Rollback = "request-1" }), "1.30.0"),
    ];

    /// <summary>The real machines backend over simulated files and a simulated systemd.</summary>
    public static IReadOnlyList<Scenario<NspawnHost>> Nspawn { get; } =
        Of("nspawn", (s, t, f) => new NspawnHost(s, t, f), (host, slot) => host.Fail(slot));

    /// <summary>The same where no overlay can be had: a machine's root is a copy.</summary>
    public static IReadOnlyList<Scenario<NspawnHost>> NspawnCopies { get; } =
    [
        .. Of(
            "nspawn without overlay",
            (s, t, f) =>
            {
                f.KnowsOverlay = false;
                return new NspawnHost(s, t, f);
            },
            (host, slot) => host.Fail(slot)).Where(s => s.Name.EndsWith("install", StringComparison.Ordinal) || s.Name.EndsWith("swap", StringComparison.Ordinal)),
    ];

    /// <summary>System partitions that are modelled call by call: activating ends the process, and what booted is active.</summary>
    public static IReadOnlyList<Scenario<SimPartitions>> Partitions { get; } = Of<SimPartitions>("partitions", Partition);

    /// <summary>The real partitions backend over simulated files, devices and a boot loader.</summary>
    public static IReadOnlyList<Scenario<DiskHost>> Disks { get; } =
    [
        .. Of<DiskHost>("disk", Disk),
        Automatic("update", _ => new(("1.31.0", Nature.Good)), "1.31.0"),
        // A loop of crashes that begins late is the settle window's matter, which the scenarios above have.
        .. Nature.Bad.Where(bad => bad != Nature.CrashLoopsLate).Select(bad => Automatic($"update to {bad}", _ => new(("1.31.0", bad)), "1.30.0")),
        Automatic("another version once a fetch has begun", r => HasBegun(r) ? new(("1.31.0", Nature.Good), ("1.32.0", Nature.Good)) : new(("1.31.0", Nature.Good)), "1.32.0"),
        Automatic("only another version once a fetch has begun", r => HasBegun(r) ? new(("1.32.0", Nature.Good)) : new(("1.31.0", Nature.Good)), "1.32.0"),
        Automatic(
            "the version is blocked once a fetch has begun",
            r => HasBegun(r) ? new(("1.31.0", Nature.NeverReady), ("1.32.0", Nature.Good)) { Blocked = ["1.31.0"] } : new(("1.31.0", Nature.NeverReady)),
            "1.32.0"),
    ];

    private static bool HasBegun(AgentRecord? record) => record is { State.AttemptCount: > 0 };

    private static Scenario<DiskHost> Automatic(string name, Func<AgentRecord?, SimOffer> offer, string end) => new(
        $"automatic: {name}",
        () =>
        {
            var world = Disk(_ => { });
            world.Daemon = w => AutomaticHost.Begin(w, offer);
            return world;
        },
        end);

    // Only a loop of crashes that begins late needs a long look; a short one makes many more stories of the same time.
    private static DesiredState Wish(string version, string nature = Nature.Good) => Desired(
        version,
        nature,
        nature == Nature.CrashLoopsLate ? Policy : new() { HealthGate = new() { Timeout = TimeSpan.FromSeconds(8), Settle = TimeSpan.FromSeconds(3) } });

    private static DesiredState DrainedWish(string version, string nature = Nature.Good)
    {
        var wish = Wish(version, nature);
        return wish with { Policy = wish.Policy with { Drain = new() { Enabled = true, Timeout = TimeSpan.FromSeconds(20) } } };
    }

    // A node whose updates, from its first side on, are to drain it.
    private static World<SimMachines> Drained(params IReadOnlyList<Action<World<SimMachines>>> asks)
    {
        var world = new World<SimMachines>((s, t, _) => new SimMachines(s, t));
        world.Wishes.Desired = DrainedWish("1.30.0");
        foreach (var ask in asks)
        {
            world.RunToRest();
            ask(world);
        }

        return world;
    }

    private static IReadOnlyList<Scenario<THost>> Of<THost>(
        string kind, Func<Scissors, VirtualTime, SimFileSystem, THost> host, Action<THost, SlotName> fail)
        where THost : SimHost
    {
        return
        [
            Named("install", () => Machine(w => w.Wishes.Desired = Wish("1.30.0")), "1.30.0"),
            Named("swap", () => Installed(w => w.Wishes.Desired = Wish("1.31.0")), "1.31.0"),
            .. Nature.Bad.Select(bad => Named($"swap to {bad}", () => Installed(w => w.Wishes.Desired = Wish("1.31.0", bad)), "1.30.0")),
            Named("rollback", () => Swapped(w => w.Wishes.Requests = new() { Rollback = "request-1" }), "1.30.0"),
            Named("second swap", () => Swapped(w => w.Wishes.Desired = Wish("1.32.0")), "1.32.0"),
            Named("restart", () => Swapped(w => w.Wishes.Desired = Wish("1.31.0") with { RebootCounter = 1 }), "1.31.0"),
            Named("repave", () => Swapped(w => w.Wishes.Desired = Wish("1.31.0") with { RepaveCounter = 1 }), "1.31.0"),
            Named("labels", () => Swapped(w => w.Wishes.Desired = Wish("1.31.0") with { Config = Config("1.31.0", labels: ("a", "b")) }), "1.31.0"),
            Named("active side down", () => Swapped(w => fail(w.Host, Kube2)), "1.31.0"),
        ];

        Scenario<THost> Named(string name, Func<World<THost>> begin, string end) => new($"{kind}: {name}", begin, end);

        World<THost> Machine(Action<World<THost>> ask)
        {
            var world = new World<THost>(host);
            ask(world);
            return world;
        }

        World<THost> Installed(Action<World<THost>> ask)
        {
            var world = Machine(w => w.Wishes.Desired = Wish("1.30.0"));
            world.RunToRest();
            ask(world);
            return world;
        }

        World<THost> Swapped(Action<World<THost>> ask)
        {
            var world = Installed(w => w.Wishes.Desired = Wish("1.31.0"));
            world.RunToRest();
            ask(world);
            return world;
        }
    }

    private static IReadOnlyList<Scenario<THost>> Of<THost>(string kind, Func<Action<World<THost>>, World<THost>> begin)
        where THost : SimHost =>
    [
        new($"{kind}: swap", () => begin(w => w.Wishes.Desired = Wish("1.31.0")), "1.31.0"),
        .. Nature.Bad.Select(bad => new Scenario<THost>($"{kind}: swap to {bad}", () => begin(w => w.Wishes.Desired = Wish("1.31.0", bad)), "1.30.0")),
        new($"{kind}: restart", () => begin(w => w.Wishes.Desired = Wish("1.30.0") with { RebootCounter = 1 }), "1.30.0"),
        new($"{kind}: second swap", () => Swapped(begin, w => w.Wishes.Desired = Wish("1.32.0")), "1.32.0"),
        new($"{kind}: rollback", () => Swapped(begin, w => w.Wishes.Requests = new() { Rollback = "request-1" }), "1.30.0"),
    ];

    private static World<THost> Swapped<THost>(Func<Action<World<THost>>, World<THost>> begin, Action<World<THost>> ask)
        where THost : SimHost
    {
        var world = begin(w => w.Wishes.Desired = Wish("1.31.0"));
        world.RunToRest();
        ask(world);
        return world;
    }

    /// <summary>A system that runs from A, with a record that says so.</summary>
    public static World<SimPartitions> Partition(Action<World<SimPartitions>> ask)
    {
        var world = new World<SimPartitions>((s, t) => new SimPartitions(s, t));
        world.Host.SetUp(new SlotName("A"), Target("1.30.0"));
        return Recorded(world, ask);
    }

    /// <summary>The same with the real backend.</summary>
    public static World<DiskHost> Disk(Action<World<DiskHost>> ask)
    {
        var world = new World<DiskHost>((s, t, f) => new DiskHost(s, t, f));
        world.Host.SetUp(new SlotName("A"), Target("1.30.0"));
        return Recorded(world, ask);
    }

    private static World<THost> Recorded<THost>(World<THost> world, Action<World<THost>> ask)
        where THost : SimHost
    {
        world.Disk.Put(world.Applied.PathOf(new SlotName("A")), Core.Configuration.Applied.AppliedConfig.Serialize(Config("1.30.0")));
        world.Wishes.Desired = Wish("1.30.0");
        world.RunToRest();
        ask(world);
        return world;
    }
}
