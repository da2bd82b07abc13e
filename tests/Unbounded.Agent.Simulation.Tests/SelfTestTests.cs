using Xunit.Abstractions;

namespace Unbounded.Agent.Simulation.Tests;

public sealed class SelfTestTests(ITestOutputHelper output)
{
    [Fact]
    public void Run_TenThousandStates_LosesNoNode()
    {
        var report = SelfTest.Run(new SelfTestOptions(10_000, Seed: 1), TimeProvider.System);

        foreach (var scenario in report.Scenarios)
        {
            output.WriteLine($"{scenario.States,8}  {scenario.Name}");
        }

        output.WriteLine($"{report.States} crash states in {report.Milliseconds} ms: {report.OneCut} + {report.TwoCuts} + {report.ThreeCuts} cuts, {report.DiskFaults} disk faults");
        Assert.True(report.Failure is null, $"{report.Failure?.Scenario}: {report.Failure?.Law}\n{report.Failure?.Story}");
        Assert.Equal(10_000, report.States);
    }
}
