using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Preflight;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Preflight;

public sealed class PreflightCommandTests
{
    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public void Print_AsText_IsALineACheckWithWhatToDo()
    {
        var exit = PreflightCommand.Print(Document(PreflightStatus.Ok, PreflightStatus.Warning, PreflightStatus.Error), _terminal.Context());

        Assert.Equal(4, exit);
        Assert.Equal(
            """
            ok      check-0          seen 0
            warning check-1          seen 1
                                     next: do 1
            error   check-2          seen 2
                                     next: do 2
            this host can't carry a node yet

            """.ReplaceLineEndings("\n"),
            _terminal.Out);
    }

    [Theory]
    [InlineData(PreflightStatus.Warning, false, 0)]
    [InlineData(PreflightStatus.Warning, true, 4)]
    [InlineData(PreflightStatus.Skipped, true, 0)]
    [InlineData(PreflightStatus.Error, false, 4)]
    public void Print_TheWorstCheck_DecidesTheExitCode(PreflightStatus worst, bool failOnWarnings, int expected) =>
        Assert.Equal(expected, PreflightCommand.Print(Document(failOnWarnings, PreflightStatus.Ok, worst), _terminal.Context()));

    [Fact]
    public void Print_AsJson_IsOneDocument()
    {
        PreflightCommand.Print(Document(PreflightStatus.Ok, PreflightStatus.Error), _terminal.Context(OutputFormat.Json));

        using var json = JsonDocument.Parse(_terminal.Out);
        Assert.Equal("error", json.RootElement.GetProperty("status").GetString());
        Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(12, json.RootElement.GetProperty("checks")[1].GetProperty("milliseconds").GetInt32());
    }

    [Fact]
    public async Task RunAsync_AnUnknownCheckToIgnore_IsRefused()
    {
        var exit = await CommandLine.RunAsync(["preflight", "--ignore", "nonsense", "--output", "json"], _terminal.Terminal);

        Assert.NotEqual(0, exit);
        Assert.Contains("nonsense", _terminal.Out, StringComparison.Ordinal);
    }

    private static PreflightDocument Document(params PreflightStatus[] checks) => Document(failOnWarnings: false, checks);

    private static PreflightDocument Document(bool failOnWarnings, params PreflightStatus[] checks) => PreflightDocument.From(
        new PreflightReport([.. checks.Select((status, i) => new PreflightResult(
            $"check-{i}", status, $"seen {i}", status is PreflightStatus.Ok or PreflightStatus.Skipped ? null : $"do {i}", TimeSpan.FromMilliseconds(12)))]),
        failOnWarnings);
}
