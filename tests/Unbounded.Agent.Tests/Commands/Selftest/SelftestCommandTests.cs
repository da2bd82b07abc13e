using System.Text.Json.Nodes;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Selftest;
using Unbounded.Agent.Core.Errors;
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
        Failure = new("nspawn: swap", "law 10: two kubelets run", "scenario: nspawn: swap\n  --- the agent is killed after effect 3", "nspawn: swap; kill 3"),
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
        Assert.Contains("unbounded-agent selftest --story 'nspawn: swap; kill 3'", terminal.Out, StringComparison.Ordinal);
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
    public async Task Run_AStory_MakesThatOneHappen()
    {
        var terminal = new RecordedTerminal();

        Assert.Equal(ExitCode.Success, await CommandLine.RunAsync(["selftest", "--story", "nspawn: swap; kill 3; cut 2 L"], terminal.Terminal));

        Assert.Contains("1 crash states", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("1 with two", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nspawn: stroll; kill 3", "there is no scenario 'nspawn: stroll'")]
    [InlineData("nspawn: swap; burn 3", "'burn 3' is neither")]
    public async Task Run_AStoryThatIsNone_IsAUsageError(string story, string why)
    {
        var terminal = new RecordedTerminal();

        Assert.Equal(2, await CommandLine.RunAsync(["selftest", "--story", story], terminal.Terminal));

        Assert.Contains(why, terminal.Error, StringComparison.Ordinal);
    }

    // Nothing of it is kept: it must not say that it goes on where it was.
    [Fact]
    public void Run_Stopped_SaysHowFarItWasAndThatItBeginsAnew()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        var error = Assert.Throws<AgentException>(() =>
            SelftestCommand.Run(new SelfTestOptions(1_000_000, 1), new RecordedTerminal().Context(), TimeProvider.System, stopped.Token));

        Assert.Equal(FrontDoorErrors.Interrupted, error.Code);
        Assert.Contains("0 of 1,000,000 crash states", error.What, StringComparison.Ordinal);
        Assert.Contains("begins anew", error.Next, StringComparison.Ordinal);
    }
}
