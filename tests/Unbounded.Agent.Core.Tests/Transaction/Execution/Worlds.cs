using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>Worlds for tests of execution.</summary>
internal static class Worlds
{
    /// <summary>A host of simulated machines.</summary>
    public static World<SimMachines> Machine(Action<World<SimMachines>> ask)
    {
        var world = new World<SimMachines>((s, t) => new SimMachines(s, t));
        ask(world);
        return world;
    }

    /// <summary>A node that runs 1.30.0 in kube1.</summary>
    public static World<SimMachines> Installed(Action<World<SimMachines>>? ask = null)
    {
        var world = Machine(w => w.Wishes.Desired = Samples.Desired("1.30.0"));
        world.RunToRest();
        ask?.Invoke(world);
        return world;
    }

    /// <summary>The same, asked to become 1.31.0.</summary>
    public static World<SimMachines> Drifted(string nature = Nature.Good) =>
        Installed(w => w.Wishes.Desired = Samples.Desired("1.31.0", nature));

    /// <summary>The same, swapped to 1.31.0 in kube2.</summary>
    public static World<SimMachines> Swapped(Action<World<SimMachines>>? ask = null)
    {
        var world = Drifted();
        world.RunToRest();
        ask?.Invoke(world);
        return world;
    }

    public static TransitionSummary Last<THost>(this World<THost> world)
        where THost : SimHost =>
        world.Record!.LastTransition!;

    /// <summary>Whether somebody's pods can run right now.</summary>
    public static bool IsUp<THost>(this World<THost> world)
        where THost : SimHost =>
        world.Host.Permitted is { } slot && world.Host[slot] is { Booted: true, Kubelet: true, Containerd: true };
}
