using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Simulation;
using static Unbounded.Agent.Core.Tests.Simulation.Samples;

namespace Unbounded.Agent.Core.Tests.Crashes;

/// <summary>What is cut off.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario<SimMachines>> Machines { get; } =
    [
        new("install", () => Machine(w => w.Wishes.Desired = Desired("1.30.0")), "1.30.0"),
        new("swap", () => Installed(w => w.Wishes.Desired = Desired("1.31.0")), "1.31.0"),
        .. Nature.Bad.Select(bad =>
            new Scenario<SimMachines>($"swap to {bad}", () => Installed(w => w.Wishes.Desired = Desired("1.31.0", bad)), "1.30.0")),
        new("rollback", () => Swapped(w => w.Wishes.Requests = new() { Rollback = "request-1" }), "1.30.0"),
        new("second swap", () => Swapped(w => w.Wishes.Desired = Desired("1.32.0")), "1.32.0"),
        new("restart", () => Swapped(w => w.Wishes.Desired = Desired("1.31.0") with { RebootCounter = 1 }), "1.31.0"),
        new("repave", () => Swapped(w => w.Wishes.Desired = Desired("1.31.0") with { RepaveCounter = 1 }), "1.31.0"),
        new("labels", () => Swapped(w => w.Wishes.Desired = Desired("1.31.0") with { Config = Config("1.31.0", labels: ("a", "b")) }), "1.31.0"),
        new("active side down", () => Swapped(w => w.Host.Fail(Kube2)), "1.31.0"),
    ];

    public static IReadOnlyList<Scenario<SimPartitions>> Partitions { get; } =
    [
        new("swap", () => Partition(w => w.Wishes.Desired = Desired("1.31.0")), "1.31.0"),
        .. Nature.Bad.Select(bad =>
            new Scenario<SimPartitions>($"swap to {bad}", () => Partition(w => w.Wishes.Desired = Desired("1.31.0", bad)), "1.30.0")),
        new("restart", () => Partition(w => w.Wishes.Desired = Desired("1.30.0") with { RebootCounter = 1 }), "1.30.0"),
        new("rollback", () =>
        {
            var world = Partition(w => w.Wishes.Desired = Desired("1.31.0"));
            world.RunToRest();
            world.Wishes.Requests = new() { Rollback = "request-1" };
            return world;
        }, "1.30.0"),
    ];

    public static World<SimMachines> Machine(Action<World<SimMachines>> ask)
    {
        var world = new World<SimMachines>((s, t) => new SimMachines(s, t));
        ask(world);
        return world;
    }

    public static World<SimMachines> Installed(Action<World<SimMachines>> ask)
    {
        var world = Machine(w => w.Wishes.Desired = Desired("1.30.0"));
        world.RunToRest();
        ask(world);
        return world;
    }

    public static World<SimMachines> Swapped(Action<World<SimMachines>> ask)
    {
        var world = Installed(w => w.Wishes.Desired = Desired("1.31.0"));
        world.RunToRest();
        ask(world);
        return world;
    }

    /// <summary>A system that runs from A, with a record that says so.</summary>
    public static World<SimPartitions> Partition(Action<World<SimPartitions>> ask)
    {
        var world = new World<SimPartitions>((s, t) => new SimPartitions(s, t));
        var a = new SlotName("A");
        world.Host.SetUp(a, Target("1.30.0"));
        world.Disk.Put(world.Applied.PathOf(a), Unbounded.Agent.Core.Configuration.Applied.AppliedConfig.Serialize(Config("1.30.0")));
        world.Wishes.Desired = Desired("1.30.0");
        world.RunToRest();
        ask(world);
        return world;
    }
}
