using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>
/// Goes through stories until there are as many as were asked for: first every single cut of every scenario (an even sample of them where few are asked
/// for), then, turn about and in an order that the seed decides, failing disks and cuts of what recovers from a cut, some of that recovery's recovery, too.
/// </summary>
/// <param name="scenarios">What is explored.</param>
/// <param name="states">How many crash states.</param>
/// <param name="seed">The order.</param>
internal sealed class Explorer(IReadOnlyList<IExploration> scenarios, long states, int seed)
{
    // About twice what all single cuts come to.
    private const long EnoughForEverySingleCut = 60_000;

    // Some points of a recovery, spread over all of it, rather than all points of few recoveries.
    private const int PointsOfARecovery = 12;

    private const int FaultsATurn = 4;

    private readonly List<(IExploration Scenario, Story Story)> _single = [];
    private CancellationToken _stop;

    /// <summary>How far it is.</summary>
    public Tally Tally { get; } = new();

    /// <summary>The first story that broke a law; null when none has.</summary>
    public (IExploration Scenario, Story Story, string Law)? Failure { get; private set; }

    private bool GoesOn => Failure is null && Tally.States < states && !_stop.IsCancellationRequested;

    /// <summary>Explores.</summary>
    /// <param name="told">Hears of progress now and then.</param>
    /// <param name="stop">Ends it early.</param>
    public void Run(Action<Tally> told, CancellationToken stop)
    {
        _stop = stop;
        var every = (int)Math.Clamp(EnoughForEverySingleCut / states, 1, 12);
        foreach (var (index, scenario) in scenarios.Index())
        {
            Extend(scenario, new Story(scenario.Name, []), every, 1 + (int)((uint)(seed + index) % every), story => _single.Add((scenario, story)));
            told(Tally);
        }

        var order = new Random(seed);
        var faults = new Queue<(IExploration Scenario, Story Story)>(Shuffled(order, GoesOn ? scenarios.SelectMany(Faults).ToArray() : []));
        while (GoesOn && _single.Count > 0)
        {
            foreach (var (scenario, story) in Shuffled(order, _single.ToArray()))
            {
                if (!GoesOn)
                {
                    return;
                }

                for (var i = 0; i < FaultsATurn && GoesOn && faults.TryDequeue(out var fault); i++)
                {
                    Visit(fault.Scenario, fault.Story, fault.Scenario.Try(fault.Story));
                }

                Deepen(scenario, story, order);
                told(Tally);
            }
        }
    }

#pragma warning disable CA5394 // repeated by its seed: that is the point
    private void Deepen(IExploration scenario, Story story, Random order)
    {
        // How far a recovery goes is not known before it was made: effects come by the hundred at most.
        var every = Math.Max(1, 120 / PointsOfARecovery);
        List<Story> second = [];
        Extend(scenario, story, every, 1 + order.Next(every), second.Add);
        if (second.Count > 0 && order.Next(4) == 0)
        {
            Extend(scenario, second[order.Next(second.Count)], 2 * every, 1 + order.Next(every), _ => { });
        }
    }

    private static List<T> Shuffled<T>(Random order, T[] items)
    {
        order.Shuffle(items);
        return [.. items];
    }
#pragma warning restore CA5394

    private void Extend(IExploration scenario, Story story, int every, int first, Action<Story> visited)
    {
        if (GoesOn)
        {
            scenario.Extend(story, every, first, (next, law) =>
            {
                visited(next);
                return Visit(scenario, next, law);
            });
        }
    }

    private bool Visit(IExploration scenario, Story story, string? law)
    {
        Tally.Count(scenario.Name, story);
        Failure ??= law is null ? null : (scenario, story, law);
        return GoesOn;
    }

    private static IEnumerable<(IExploration Scenario, Story Story)> Faults(IExploration scenario)
    {
        var calls = scenario.Calls();
        for (var from = 1; from <= calls; from++)
        {
            foreach (var (count, errno) in ((int, int)[])[(1, Errno.EIO), (1, Errno.ENOSPC), (40, Errno.ENOSPC)])
            {
                yield return (scenario, new Story(scenario.Name, [], new Fault(from, count, errno)));
            }
        }
    }
}
