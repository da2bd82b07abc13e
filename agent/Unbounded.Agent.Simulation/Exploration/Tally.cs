namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>What was looked at.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, long> _scenarios = new(StringComparer.Ordinal);
    private readonly long[] _cuts = new long[4];

    /// <summary>Crash states: an instant, a way to die there, and what the disk made of it.</summary>
    public long States { get; private set; }

    /// <summary>Those in which the disk failed instead.</summary>
    public long Faults { get; private set; }

    /// <summary>States by scenario, in the order in which they came.</summary>
    public IReadOnlyDictionary<string, long> Scenarios => _scenarios;

    /// <summary>States that have so many cuts.</summary>
    public long WithCuts(int cuts) => _cuts[cuts];

    /// <summary>One more.</summary>
    public void Count(string scenario, Story story)
    {
        States++;
        _scenarios[scenario] = _scenarios.GetValueOrDefault(scenario) + 1;
        _cuts[story.Cuts.Count]++;
        if (story.Fault is not null)
        {
            Faults++;
        }
    }
}
