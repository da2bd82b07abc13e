using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>What a power cut can make of unsynced writes.</summary>
internal static class Powers
{
    /// <summary>Every combination where there are at most so many; else the extremes, each write alone, and others drawn by the seed.</summary>
    /// <param name="unsynced">The writes.</param>
    /// <param name="bound">Most combinations.</param>
    /// <param name="seed">What is drawn depends on nothing else.</param>
    public static IEnumerable<IReadOnlyList<Outcome>> Of(IReadOnlyList<Unsynced> unsynced, int bound, int seed)
    {
        var all = unsynced.Aggregate(1L, (product, u) => Math.Min(int.MaxValue, product * u.Outcomes.Count));
        return all <= bound ? Every(unsynced) : Some(unsynced, bound, new Random(seed));
    }

    private static IEnumerable<IReadOnlyList<Outcome>> Every(IReadOnlyList<Unsynced> unsynced)
    {
        var digits = new int[unsynced.Count];
        while (true)
        {
            yield return [.. unsynced.Select((u, i) => u.Outcomes[digits[i]])];
            var at = 0;
            while (at < digits.Length && ++digits[at] == unsynced[at].Outcomes.Count)
            {
                digits[at++] = 0;
            }

            if (at == digits.Length)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Outcome>> Some(IReadOnlyList<Unsynced> unsynced, int bound, Random random)
    {
        var given = 0;
        foreach (var one in Enum.GetValues<Outcome>())
        {
            given++;
            yield return [.. unsynced.Select(u => u.Outcomes.Contains(one) ? one : Outcome.Kept)];
        }

        for (var i = 0; i < unsynced.Count && given + 2 <= bound; i++, given += 2)
        {
            yield return [.. unsynced.Select((_, n) => n == i ? Outcome.Kept : Outcome.Lost)];
            yield return [.. unsynced.Select((_, n) => n == i ? Outcome.Lost : Outcome.Kept)];
        }

#pragma warning disable CA5394 // drawn again by its seed: that is the point
        for (; given < bound; given++)
        {
            yield return [.. unsynced.Select(u => u.Outcomes[random.Next(u.Outcomes.Count)])];
        }
#pragma warning restore CA5394
    }
}
