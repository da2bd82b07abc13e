using Unbounded.Agent.Core.Tests.Simulation;
using Xunit.Abstractions;

namespace Unbounded.Agent.Core.Tests.Crashes;

/// <summary>Cut off, and cut off again while it recovers. Deaths take turns, so that each meets each.</summary>
public sealed class DoubleCrashTests(ITestOutputHelper output)
{
    private static readonly (Death First, Death Second)[] Pairs =
        [.. Deaths.All.SelectMany(first => Deaths.All.Select(second => (first, second)))];

    public static TheoryData<string> MachineScenarios => ["install", "swap", $"swap to {Nature.NeverReady}", $"swap to {Nature.ContainerdFails}", "rollback"];

    public static TheoryData<string> PartitionScenarios => ["swap", $"swap to {Nature.NeverBoots}", "rollback"];

    [Theory]
    [MemberData(nameof(MachineScenarios))]
    public void Machines_CutTwice_EndWithOneGoodSide(string name) => Double(Scenarios.Machines.Single(s => s.Name == name));

    [Theory]
    [MemberData(nameof(PartitionScenarios))]
    public void Partitions_CutTwice_EndWithOneGoodSide(string name) => Double(Scenarios.Partitions.Single(s => s.Name == name));

    private void Double<THost>(Scenario<THost> scenario)
        where THost : SimHost
    {
        var effects = CrashStory.EffectsOf(scenario);
        var states = 0;
        for (var first = 1; first <= effects; first++)
        {
            // The death of the first cut decides how far there is to recover.
            var again = CrashStory.Run(scenario, (first, Pairs[first % Pairs.Length].First));
            for (var second = 1 + (first % 5); second <= again; second += 5)
            {
                var (one, two) = Pairs[(first + second) % Pairs.Length];
                CrashStory.Run(scenario, (first, one), (second, two));
                states++;
            }
        }

        output.WriteLine($"{scenario.Name}: {states} states of two cuts");
        Assert.True(states > 200, "too little was cut off");
    }
}
