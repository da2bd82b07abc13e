using Unbounded.Agent.Core.Tests.Simulation;
using Xunit.Abstractions;

namespace Unbounded.Agent.Core.Tests.Crashes;

/// <summary>Every scenario is cut off after every effect, in every way, and again while it recovers.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    public static TheoryData<string> MachineScenarios => [.. Scenarios.Machines.Select(s => s.Name)];

    public static TheoryData<string> PartitionScenarios => [.. Scenarios.Partitions.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(MachineScenarios))]
    public void Machines_CutAfterEveryEffect_EndWithOneGoodSide(string name) =>
        Single(Scenarios.Machines.Single(s => s.Name == name));

    [Theory]
    [MemberData(nameof(PartitionScenarios))]
    public void Partitions_CutAfterEveryEffect_EndWithOneGoodSide(string name) =>
        Single(Scenarios.Partitions.Single(s => s.Name == name));

    private void Single<THost>(Scenario<THost> scenario)
        where THost : SimHost
    {
        var effects = CrashStory.EffectsOf(scenario);
        var states = 0;
        for (var at = 1; at <= effects; at++)
        {
            foreach (var death in Deaths.All)
            {
                CrashStory.Run(scenario, (at, death));
                states++;
            }
        }

        output.WriteLine($"{scenario.Name}: {effects} effects, {states} crash states");
        Assert.True(effects > 5, "the scenario does too little to be cut off");
    }
}
