using Unbounded.Agent.Core.Tests.Simulation;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Tests.Transaction.Execution;

/// <summary>Worlds for tests of execution.</summary>
internal static class Worlds
{
    /// <summary>A node that runs 1.30.0 in kube1.</summary>
    public static World<SimMachines> Installed() => Crashes.Scenarios.Installed(_ => { });

    /// <summary>The same, asked to become 1.31.0.</summary>
    public static World<SimMachines> Drifted(string nature = Nature.Good) =>
        Crashes.Scenarios.Installed(w => w.Wishes.Desired = Samples.Desired("1.31.0", nature));

    /// <summary>The same, swapped to 1.31.0 in kube2.</summary>
    public static World<SimMachines> Swapped() => Crashes.Scenarios.Swapped(_ => { });

    public static TransitionSummary Last<THost>(this World<THost> world)
        where THost : SimHost =>
        world.Record!.LastTransition!;

    /// <summary>Whether somebody's pods can run right now.</summary>
    public static bool IsUp<THost>(this World<THost> world)
        where THost : SimHost =>
        world.Host.Permitted is { } slot && world.Host[slot] is { Booted: true, Kubelet: true, Containerd: true };
}
