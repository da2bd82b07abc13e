using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cli;

public sealed class CommandLineTests
{
    private readonly RecordedTerminal _terminal = new();

    [Theory]
    [InlineData("bogus")]
    [InlineData("version", "--output", "xml")]
    [InlineData("version", "extra")]
    [InlineData("version", "--nonsense")]
    [InlineData]
    public async Task RunAsync_NotUnderstood_SaysWhyAndExitsWith2(params string[] args)
    {
        Assert.Equal(2, await CommandLine.RunAsync(args, _terminal.Terminal));

        Assert.StartsWith("error: the command line can't be understood [UBA-6002]\n  why:  ", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--help", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Out);
    }

    [Fact]
    public async Task RunAsync_Help_ListsWhatExistsAndNothingHidden()
    {
        Assert.Equal(0, await CommandLine.RunAsync(["--help"], _terminal.Terminal));

        Assert.Contains("  version", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("--log-format <text|json>", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("machine-prestart", _terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log-format", "json")]
    [InlineData("--debug")]
    [InlineData("--no-color")]
    public async Task RunAsync_GlobalOptions_AreTakenBeforeAndAfterTheCommand(params string[] option)
    {
        Assert.Equal(0, await CommandLine.RunAsync([.. option, "version"], _terminal.Terminal));
        Assert.Equal(0, await CommandLine.RunAsync(["version", .. option], _terminal.Terminal));
    }

    [Fact]
    public async Task RunAsync_VersionAsJson_IsTheSameBuildAsText()
    {
        var text = new RecordedTerminal();
        await CommandLine.RunAsync(["version"], text.Terminal);
        await CommandLine.RunAsync(["version", "--output", "json"], _terminal.Terminal);

        using var json = JsonDocument.Parse(_terminal.Out);
        var version = json.RootElement.GetProperty("version").GetString()!;
        Assert.StartsWith($"unbounded-agent {version}", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_EveryCommandAndOption_IsDescribed()
    {
        var root = CommandLine.Create(_terminal.Terminal);

        Assert.All(root.Subcommands, c => Assert.NotEmpty(c.Description!));
        Assert.All(root.Subcommands.SelectMany(c => c.Options).Concat(root.Options), o => Assert.NotEmpty(o.Description!));
    }
}
