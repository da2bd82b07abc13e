using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>How long a scenario is.</summary>
internal static class CrashStory
{
    /// <summary>How many effects the scenario has when nothing cuts it off.</summary>
    public static int EffectsOf<THost>(Scenario<THost> scenario)
        where THost : SimHost
    {
        var effects = 0;
        var world = scenario.Prepare();
        while (!world.RunAgent())
        {
            effects = Math.Max(effects, world.Scissors.Effects);
            if (world.Host.GoesDown)
            {
                world.Restart();
            }
        }

        Invariants.AtRest(world, scenario.Ends);
        return Math.Max(effects, world.Scissors.Effects);
    }
}
