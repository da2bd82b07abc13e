using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>Makes a story that breaks a law as short as it can be and still break one.</summary>
internal static class Shrinking
{
    /// <summary>Shrinks.</summary>
    /// <param name="scenario">Makes stories happen.</param>
    /// <param name="story">One that breaks a law.</param>
    /// <param name="mostTries">How many shorter stories are tried.</param>
    public static Story Shrink(IExploration scenario, Story story, int mostTries = 100)
    {
        var tries = 0;
        while (Shorter(story).FirstOrDefault(s => tries++ < mostTries && scenario.Try(s) is not null) is { } shorter)
        {
            story = shorter;
        }

        return story;
    }

    private static IEnumerable<Story> Shorter(Story story)
    {
        if (story.Fault is { } fault)
        {
            yield return story with { Fault = null };
            if (fault.Count > 1)
            {
                yield return story with { Fault = fault with { Count = fault.Count / 2 } };
            }
        }

        for (var i = 0; i < story.Cuts.Count; i++)
        {
            yield return story with { Cuts = [.. story.Cuts.Where((_, n) => n != i)] };
            foreach (var cut in Simpler(story.Cuts[i]))
            {
                yield return story with { Cuts = [.. story.Cuts.Select((c, n) => n == i ? cut : c)] };
            }
        }
    }

    // Fewer writes that fared badly first, then an earlier instant.
    private static IEnumerable<Cut> Simpler(Cut cut)
    {
        if (cut.Outcomes is { } outcomes)
        {
            yield return cut with { Outcomes = null };
            for (var i = 0; i < outcomes.Count; i++)
            {
                if (outcomes[i] is not Outcome.Kept)
                {
                    yield return cut with { Outcomes = [.. outcomes.Select((o, n) => n == i ? Outcome.Kept : o)] };
                }
            }
        }

        foreach (var at in (int[])[cut.At / 2, cut.At - 1])
        {
            if (at > 0 && at < cut.At)
            {
                yield return cut with { At = at };
            }
        }
    }
}
