using Unbounded.Agent.Commands.Install;
using Unbounded.Agent.Linux.Tests;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Tests.Commands.Install;

public sealed class HostStepViewTests
{
    [Fact]
    public void Report_EachKindOfStep_IsALineOfItsOwnInOrder()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var view = new LineProgressView(writer, new ManualTime());
        var steps = new HostStepView(view);

        foreach (var kind in Enum.GetValues<HostStepKind>())
            steps.Report(new HostStep("swap", kind, "turn swap off"));

        Assert.Equal("  ... turn swap off\n  ok  turn swap off\n  =   turn swap off\n      turn swap off\nwarning: turn swap off\n", writer.ToString());
    }
}
