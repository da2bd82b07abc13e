using System.Text.Json.Nodes;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Selftest;
using Unbounded.Agent.Core.Tests.Schemas;
using Unbounded.Agent.Simulation;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Selftest;

public sealed class SelftestCommandTests
{
    private static readonly SelfTestReport Broken = new()
    {
        Seed = 7,
        States = 1_234_567,
        OneCut = 1_000_000,
        TwoCuts = 234_000,
        ThreeCuts = 500,
        DiskFaults = 67,
        Milliseconds = 61_000,
        Scenarios = [new("nspawn: swap", 1_234_567)],
        Failure = new("nspawn: swap", "law 10: two kubelets run", "scenario: nspawn: swap\n  --- the agent is killed after effect 3"),
    };

    [Fact]
    public async Task Run_AsText_SaysWhatWasExploredAndThatItHeld()
    {
        var terminal = new RecordedTerminal();

        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["selftest", "--states", "40", "--seed", "3"], terminal.Terminal));

        Assert.Contains("40 crash states", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("(seed 3)", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("exactly one good side ran", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AsJson_FollowsItsSchema()
    {
        var terminal = new RecordedTerminal();

        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["selftest", "--states", "40", "--output", "json"], terminal.Terminal));

        var document = JsonNode.Parse(terminal.Out);
        Assert.Empty(JsonSchema.Load("selftest.schema.json").Validate(document));
        Assert.Equal(40, document!["states"]!.GetValue<long>());
    }

    [Fact]
    public void Write_ABrokenLaw_TellsItsStory()
    {
        var terminal = new RecordedTerminal();

        SelftestText.Write(Broken, terminal.Terminal);

        Assert.Contains("1,234,567 crash states in 1 min 1 s", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("broken in 'nspawn: swap': law 10: two kubelets run", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("the agent is killed after effect 3", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("many")]
    public async Task Run_StatesThatAreNone_IsAUsageError(string states)
    {
        var terminal = new RecordedTerminal();

        Assert.Equal(2, await CommandLine.RunAsync(["selftest", "--states", states], terminal.Terminal));

        Assert.Contains("--states", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Stopped_EndsAsInterrupted()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            SelftestCommand.Run(new SelfTestOptions(1_000_000, 1), new RecordedTerminal().Context(), TimeProvider.System, stopped.Token));
    }
}
