using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>
/// Makes stories happen. The agent is not really cut off: at each of its effects the world is copied without the agent's memory, which is all that a
/// death leaves, and what follows happens to the copy.
/// </summary>
/// <param name="scenario">What the agent does.</param>
/// <param name="bound">Most outcomes of one power cut that are looked at.</param>
internal sealed class ScenarioExploration<THost>(Scenario<THost> scenario, int bound) : IExploration
    where THost : SimHost
{
    // A host that goes down more often than this within one story will never rest.
    private const int MostBoots = 12;

    // So many ends cost a transition its attempts (law 6), as a failing disk may.
    private static readonly int MostEnds = new RollbackPolicy().MaxAttempts;

    public string Name => scenario.Name;

    public string? Try(Story story)
    {
        try
        {
            var world = Begin(story);
            foreach (var cut in story.Cuts)
            {
                if (PointOf(world, cut.At) is not { } point)
                {
                    break;
                }

                world = point;
                Die(world, cut);
            }

            Rest(world, MayCost(story.Fault, story.Cuts.Count), null);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, it must not happen
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.Message;
        }
    }

    public void Extend(Story story, int every, int first, Func<Story, string?, bool> visit)
    {
        List<World<THost>> points = [];
        var failure = Reach(story, points);
        if (failure is not null)
        {
            visit(story, failure);
            return;
        }

        for (var at = first; at <= points.Count; at += every)
        {
            foreach (var cut in CutsAt(points[at - 1], at))
            {
                var next = story.With(cut);
                if (!visit(next, After(points[at - 1].Fork(), cut, MayCost(next.Fault, next.Cuts.Count))))
                {
                    return;
                }
            }

            points[at - 1] = null!;
        }
    }

    public int Calls()
    {
        var world = scenario.Prepare();
        Rest(world, mayCost: false, null);
        return world.Files.Calls;
    }

    public string Tell(Story story)
    {
        var text = new StringBuilder();
        text.AppendLine($"scenario: {story.Scenario}");
        if (story.Fault is { } fault)
        {
            text.AppendLine($"  calls {fault.From} to {fault.From + fault.Count - 1} of the file system fail (errno {fault.Errno})");
        }

        try
        {
            var world = Begin(story);
            foreach (var cut in story.Cuts)
            {
                List<string> effects = [];
                if (PointOf(world, cut.At, effects) is not { } point)
                {
                    break;
                }

                world = point;
                text.AppendJoin('\n', effects.Select(e => $"    {e}")).AppendLine();
                text.AppendLine(Told(cut, world.Files.Unsynced()));
                Die(world, cut);
            }

            List<string> last = [];
            world.Scissors.OnEffect = (_, effect) => last.Add(effect);
            try
            {
                Rest(world, MayCost(story.Fault, story.Cuts.Count), null);
            }
            finally
            {
                text.AppendJoin('\n', last.Select(e => $"    {e}")).AppendLine();
            }
        }
#pragma warning disable CA1031 // the end of the story
        catch (Exception e)
#pragma warning restore CA1031
        {
            text.AppendLine($"  {e.Message}");
        }

        return text.ToString();
    }

    private static string Told(Cut cut, IReadOnlyList<Unsynced> unsynced) => cut.IsKill
        ? $"  --- the agent is killed after effect {cut.At}"
        : $"  --- power is cut after effect {cut.At}" + string.Concat(unsynced.Select((u, i) =>
            $"\n      {(i < cut.Outcomes!.Count ? cut.Outcomes[i] : Outcome.Lost).ToString().ToLowerInvariant()}: {u.Text()}"));

    private World<THost> Begin(Story story)
    {
        var world = scenario.Prepare();
        world.Files.Fault = story.Fault;
        return world;
    }

    private string? Reach(Story story, List<World<THost>> points)
    {
        try
        {
            var world = Begin(story);
            foreach (var cut in story.Cuts)
            {
                world = PointOf(world, cut.At) ?? throw new InvalidOperationException("the story ends before its last cut");
                Die(world, cut);
            }

            Rest(world, MayCost(story.Fault, story.Cuts.Count), points);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, it must not happen
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e.Message;
        }
    }

    private string? After(World<THost> world, Cut cut, bool mayCost)
    {
        try
        {
            Die(world, cut);
            Rest(world, mayCost, null);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, it must not happen
        catch (Exception e)
#pragma warning restore CA1031
        {
            return world.Host.Violations.Count > 0 ? $"{e.Message} ({string.Join("; ", world.Host.Violations)})" : e.Message;
        }
    }

    private IEnumerable<Cut> CutsAt(World<THost> point, int at)
    {
        yield return new Cut(at, null);
        foreach (var outcomes in Powers.Of(point.Files.Unsynced(), bound, at))
        {
            yield return new Cut(at, outcomes);
        }
    }

    private static World<THost>? PointOf(World<THost> world, int at, List<string>? effects = null)
    {
        World<THost>? point = null;
        var count = 0;
        world.Scissors.OnEffect = (_, effect) =>
        {
            if (++count <= at)
            {
                effects?.Add(effect);
            }

            if (count == at)
            {
                point = world.Fork();
            }
        };
        Agents(world, () => point is not null);
        return point;
    }

    private static void Die(World<THost> world, Cut cut)
    {
        Invariants.Watched(world);
        var hostGoesOn = cut.IsKill && !world.Host.GoesDown;
        if (cut.Outcomes is { } outcomes)
        {
            world.PowerCut(outcomes);
        }
        else if (world.Host.GoesDown)
        {
            world.Restart();
        }

        Invariants.AfterDeath(world, hostGoesOn);
    }

    // One call that fails costs an attempt as one end does; a disk that fails for a while may cost all of them.
    private static bool MayCost(Fault? fault, int ends) =>
        ends + (fault is null ? 0 : fault.Count == 1 ? 1 : MostEnds) >= MostEnds;

    private void Rest(World<THost> world, bool mayCost, List<World<THost>>? points)
    {
        if (points is not null)
        {
            world.Scissors.OnEffect = (_, _) => points.Add(world.Fork());
        }

        Agents(world, () => false);
        if (mayCost && !scenario.BeginsWithANode && world.Record is { Active: null })
        {
            // A first installation that was given up: there was no node to lose, and none is half there.
            Invariants.NothingRuns(world);
            return;
        }

        // What costs the attempt never costs the node.
        Invariants.AtRest(world, mayCost ? scenario.EndsWhenGivenUp : scenario.Ends);
        Invariants.NothingIsTakenBack(world);
    }

    private static void Agents(World<THost> world, Func<bool> enough)
    {
        for (var boots = 0; !world.RunAgent() && !enough(); boots++)
        {
            Invariants.Watched(world);
            if (boots == MostBoots || !world.Host.GoesDown)
            {
                throw new InvariantException("the transition does not end by itself");
            }

            world.Restart();
        }
    }
}
