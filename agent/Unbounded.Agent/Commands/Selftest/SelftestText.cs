using Unbounded.Agent.Cli;
using Unbounded.Agent.Output;
using Unbounded.Agent.Simulation;

namespace Unbounded.Agent.Commands.Selftest;

/// <summary>A self-test as text.</summary>
internal static class SelftestText
{
    public static void Write(SelfTestReport report, Terminal terminal)
    {
        var writer = terminal.Out;
        foreach (var scenario in report.Scenarios)
            writer.WriteLine($"{Human.Count(scenario.States),12}  {scenario.Name}");
        writer.WriteLine(
            $"{Human.Count(report.States)} crash states in {Human.Duration(TimeSpan.FromMilliseconds(report.Milliseconds))} (seed {report.Seed}): "
            + $"{Human.Count(report.OneCut)} with one cut, {Human.Count(report.TwoCuts)} with two, {Human.Count(report.ThreeCuts)} with three, "
            + $"{Human.Count(report.DiskFaults)} with a failing disk");
        if (report.Failure is not { } failure)
        {
            writer.WriteLine("after each, exactly one good side ran, and the agent ended what it had begun");
            return;
        }

        writer.WriteLine();
        writer.WriteLine($"broken in '{failure.Scenario}': {failure.Law}");
        writer.WriteLine("This is a fault of the agent. Report it with the story that follows.");
        writer.WriteLine(failure.Story);
        writer.WriteLine("to make it happen again:");
        writer.WriteLine($"  unbounded-agent selftest --story '{failure.Replay}'");
    }
}
