using Unbounded.Agent.Simulation.Exploration;

namespace Unbounded.Agent.Simulation;

/// <summary>
/// Cuts the power of simulated hosts under the real transaction, the real code for durable files and both real backends, and looks whether each
/// comes back with one good side. Touches nothing of the host that it runs on.
/// </summary>
public static class SelfTest
{
    // Most outcomes of one power cut: four names, or two names and a content, that are unsynced at the same instant are looked at in full.
    private const int Bound = 24;

    /// <summary>Explores so many crash states.</summary>
    /// <param name="options">How many, and in which order.</param>
    /// <param name="time">Measures how long it takes.</param>
    /// <param name="progress">Hears of states so far, now and then.</param>
    /// <param name="stop">Ends it early; what was seen until then is reported.</param>
    public static SelfTestReport Run(SelfTestOptions options, TimeProvider time, Action<long>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        var explorer = new Explorer(All(), options.States, options.Seed);
        explorer.Run(tally => progress?.Invoke(tally.States), stop);
        var tally = explorer.Tally;
        return new SelfTestReport
        {
            Seed = options.Seed,
            States = tally.States,
            OneCut = tally.WithCuts(1),
            TwoCuts = tally.WithCuts(2),
            ThreeCuts = tally.WithCuts(3),
            DiskFaults = tally.Faults,
            Milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds,
            Scenarios = [.. tally.Scenarios.Select(s => new SelfTestScenario(s.Key, s.Value))],
            Failure = explorer.Failure is { } failure ? Told(failure.Scenario, Shrinking.Shrink(failure.Scenario, failure.Story), failure.Law) : null,
        };
    }

    /// <summary>Makes one story happen again.</summary>
    /// <param name="story">As <see cref="SelfTestFailure.Replay"/> has it.</param>
    /// <param name="time">Measures how long it takes.</param>
    /// <exception cref="FormatException">It is no story of this build's.</exception>
    public static SelfTestReport Replay(string story, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(time);
        var began = time.GetTimestamp();
        var scenarios = All();
        var parsed = StoryText.Parse(story, scenarios.Select(s => s.Name), out var problem) ?? throw new FormatException(problem);
        var scenario = scenarios.First(s => s.Name == parsed.Scenario);
        var law = scenario.Try(parsed);
        return new SelfTestReport
        {
            Seed = 0,
            States = 1,
            OneCut = parsed.Cuts.Count == 1 ? 1 : 0,
            TwoCuts = parsed.Cuts.Count == 2 ? 1 : 0,
            ThreeCuts = parsed.Cuts.Count == 3 ? 1 : 0,
            DiskFaults = parsed.Fault is null ? 0 : 1,
            Milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds,
            Scenarios = [new SelfTestScenario(scenario.Name, 1)],
            Failure = law is null ? null : Told(scenario, parsed, law),
        };
    }

    /// <summary>Everything there is to explore.</summary>
    internal static IReadOnlyList<IExploration> All() =>
    [
        .. Scenarios.Nspawn.Select(s => new ScenarioExploration<Nspawn.NspawnHost>(s, Bound)),
        .. Scenarios.NspawnCopies.Select(s => new ScenarioExploration<Nspawn.NspawnHost>(s, Bound)),
        .. Scenarios.Disks.Select(s => new ScenarioExploration<Disks.DiskHost>(s, Bound)),
        .. Scenarios.Partitions.Select(s => new ScenarioExploration<Hosts.SimPartitions>(s, Bound)),
        .. Scenarios.Machines.Select(s => new ScenarioExploration<Hosts.SimMachines>(s, Bound)),
    ];

    private static SelfTestFailure Told(IExploration scenario, Story story, string law) =>
        new(scenario.Name, law, scenario.Tell(story), StoryText.Format(story));
}
