using Unbounded.Agent.Core.Tests.Simulation;

namespace Unbounded.Agent.Core.Tests.Crashes;

/// <summary>Tells a scenario with cuts in it, and checks it.</summary>
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
            Reboot(world);
        }

        Invariants.AtRest(world, scenario.Ends);
        return Math.Max(effects, world.Scissors.Effects);
    }

    /// <summary>Runs with the given cuts, one for each agent that starts, and then to rest.</summary>
    /// <returns>How many effects the agent after the last cut had: where a further cut could be made.</returns>
    public static int Run<THost>(Scenario<THost> scenario, params (int At, Death Death)[] cuts)
        where THost : SimHost
    {
        var world = scenario.Prepare();
        List<string> story = [];
        try
        {
            foreach (var (at, death) in cuts)
            {
                var rest = world.RunAgent(at);
                story.AddRange(world.Scissors.Trace);
                if (rest)
                {
                    break;
                }

                if (world.Scissors.Cut)
                {
                    story.Add($"--- {death} after effect {at}");
                    death.Happens(world);
                    Invariants.AfterDeath(world, death);
                }
                else
                {
                    story.Add("--- the host reboots");
                    Reboot(world);
                }
            }

            var effects = 0;
            for (var starts = 0; !world.RunAgent(); starts++)
            {
                effects = Math.Max(effects, world.Scissors.Effects);
                story.AddRange(world.Scissors.Trace);
                Invariants.Watched(world);
                story.Add("--- the host reboots");
                if (starts == 12)
                {
                    throw new InvariantException("the transition does not end by itself");
                }

                Reboot(world);
            }

            effects = Math.Max(effects, world.Scissors.Effects);
            story.AddRange(world.Scissors.Trace);
            Invariants.AtRest(world, scenario.Ends);
            Invariants.NothingIsTakenBack(world);
            return effects;
        }
        catch (Exception e) when (e is not CrashStoryException)
        {
            var laws = string.Join("; ", world.Host.Violations);
            throw new CrashStoryException($"{scenario.Name}, cuts {string.Join(", ", cuts)}: {e.Message} {laws}\n{string.Join('\n', story)}", e);
        }
    }

    private static void Reboot<THost>(World<THost> world)
        where THost : SimHost
    {
        if (world.Host.GoesDown)
        {
            world.Host.Boot();
        }
    }
}

/// <summary>A story that must not be, told so that a person can follow it.</summary>
internal sealed class CrashStoryException(string message, Exception inner) : Exception(message, inner);
