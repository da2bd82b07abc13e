using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cli;

public sealed class ErrorRendererTests
{
    private static readonly ErrorCode Code = new("UBA-9999", ErrorKind.Precondition);

    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public void Render_CodedError_SaysWhatWhyAndWhatToDo()
    {
        var exit = ErrorRenderer.Render(new AgentException(Code, "it failed", "of this", "do that"), _terminal.Terminal, OutputFormat.Text, debug: false);

        Assert.Equal(4, exit);
        Assert.Equal("error: it failed [UBA-9999]\n  why:  of this\n  next: do that\n", _terminal.Error);
        Assert.Empty(_terminal.Out);
    }

    [Fact]
    public void Render_SeveralProblems_ListsEachWithItsPlace()
    {
        var error = new AgentException(Code, "it failed", "a; b", "do that", details: [new("$.A", "is missing"), new("$.B", "is no number", 3, 7)]);

        ErrorRenderer.Render(error, _terminal.Terminal, OutputFormat.Text, debug: false);

        Assert.Equal("error: it failed [UBA-9999]\n  - $.A: is missing\n  - $.B (line 3, column 7): is no number\n  next: do that\n", _terminal.Error);
    }

    [Fact]
    public void Render_AsJson_IsOneDocumentOnStandardOutput()
    {
        var error = new AgentException(Code, "it failed", "of this", "do that", details: [new("$.A", "is missing")]);

        Assert.Equal(4, ErrorRenderer.Render(error, _terminal.Terminal, OutputFormat.Json, debug: false));

        using var json = JsonDocument.Parse(_terminal.Out);
        Assert.Equal(4, json.RootElement.GetProperty("exitCode").GetInt32());
        var document = json.RootElement.GetProperty("error");
        Assert.Equal("UBA-9999", document.GetProperty("code").GetString());
        Assert.Equal("it failed", document.GetProperty("message").GetString());
        Assert.Equal("of this", document.GetProperty("cause").GetString());
        Assert.Equal("do that", document.GetProperty("nextStep").GetString());
        Assert.Equal("$.A", document.GetProperty("details")[0].GetProperty("path").GetString());
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Render_UnexpectedException_IsAFaultOfTheAgentThatPointsToDebug()
    {
        var exit = ErrorRenderer.Render(new InvalidOperationException("boom"), _terminal.Terminal, OutputFormat.Text, debug: false);

        Assert.Equal(1, exit);
        Assert.Contains("[UBA-6001]", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: boom", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--debug", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WithDebug_ShowsWhereItCameFrom()
    {
        Exception thrown;
        try
        {
            throw new InvalidOperationException("boom");
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }

        ErrorRenderer.Render(thrown, _terminal.Terminal, OutputFormat.Text, debug: true);

        Assert.Contains(nameof(Render_WithDebug_ShowsWhereItCameFrom), _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Cancelled_SaysThatItGoesOn()
    {
        Assert.Equal(6, ErrorRenderer.Render(new TaskCanceledException(), _terminal.Terminal, OutputFormat.Text, debug: false));

        Assert.Contains("[UBA-6003]", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ErrorOfATask_IsUnwrapped() =>
        Assert.Equal(4, ErrorRenderer.Render(
            new AggregateException(new AgentException(Code, "a", "b", "c")), _terminal.Terminal, OutputFormat.Text, debug: false));

    [Fact]
    public void Render_ControlCharactersFromOutside_DoNotReachTheTerminal()
    {
        ErrorRenderer.Render(new AgentException(Code, "a\nerror: fake", "\u001b[2J", "c"), _terminal.Terminal, OutputFormat.Text, debug: false);

        Assert.Equal(3, _terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain('\u001b', _terminal.Error);
    }

    [Theory]
    [InlineData(OutputFormat.Text)]
    [InlineData(OutputFormat.Json)]
    public void Law16_Render_AToken_NeverShowsIt(object format)
    {
        const string Token = "abcdef.0123456789abcdef";
        var error = new AgentException(Code, $"what {Token}", $"why {Token}", $"next {Token}", new InvalidOperationException(Token), [new("$.A", Token)]);

        ErrorRenderer.Render(error, _terminal.Terminal, (OutputFormat)format, debug: true);

        Assert.DoesNotContain(Token, _terminal.Out + _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Render_Color_OnlyOnATerminalThatWantsIt(bool isTerminal, bool color, bool expected)
    {
        var terminal = new RecordedTerminal(isTerminal, color);

        ErrorRenderer.Render(new AgentException(Code, "a", "b", "c"), terminal.Terminal, OutputFormat.Text, debug: false);

        Assert.Equal(expected, terminal.Error.Contains('\u001b', StringComparison.Ordinal));
    }
}
