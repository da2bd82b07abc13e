using System.CommandLine;
using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cli;

public sealed class CommandRunnerTests
{
    private static readonly AgentException Refused = new(FrontDoorErrors.PreflightFailed, "what", "why", "next");

    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public async Task Run_WithoutOptions_AnswersAndLogsAsText()
    {
        var context = await ContextAsync();

        Assert.Equal((OutputFormat.Text, LogFormat.Text, false, true), (context.Output, context.LogFormat, context.Debug, context.Terminal.Color));
    }

    [Fact]
    public async Task Run_WithOptions_PassesThemOn()
    {
        var context = await ContextAsync("-o", "json", "--log-format", "json", "--debug", "--no-color");

        Assert.Equal((OutputFormat.Json, LogFormat.Json, true, false), (context.Output, context.LogFormat, context.Debug, context.Terminal.Color));
    }

    [Fact]
    public async Task Run_ABody_GivesItsExitCode() => Assert.Equal(42, await RunAsync((_, _) => Task.FromResult(42)));

    [Fact]
    public async Task Run_ABodyThatFails_SaysWhyInText()
    {
        Assert.Equal(4, await RunAsync((_, _) => throw Refused));

        Assert.Equal("error: what [UBA-6007]\n  why:  why\n  next: next\n", _terminal.Error);
        Assert.Empty(_terminal.Out);
    }

    [Fact]
    public async Task Run_ABodyThatFails_SaysWhyInJsonWhereJsonWasAskedFor()
    {
        Assert.Equal(4, await RunAsync((_, _) => throw Refused, "--output", "json"));

        using var json = JsonDocument.Parse(_terminal.Out);
        Assert.Equal("UBA-6007", json.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public async Task Run_ABodyThatFailsLater_IsRenderedToo() =>
        Assert.Equal(4, await RunAsync(async (_, _) =>
        {
            await Task.Yield();
            throw Refused;
        }));

    [Fact]
    public async Task Run_ABodyThatIsInterrupted_SaysThatItMayBeRunAgain()
    {
        Assert.Equal(6, await RunAsync((_, _) => throw new OperationCanceledException()));

        Assert.Contains("UBA-6003", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AFaultOfTheAgent_HasACodeToo()
    {
        Assert.Equal(1, await RunAsync((_, _) => throw new InvalidOperationException("never")));

        Assert.Contains("UBA-6001", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AFaultOfTheAgentWithDebug_ShowsWhereItCameFrom()
    {
        await RunAsync((_, _) => throw new InvalidOperationException("never"), "--debug");

        Assert.Contains("   at ", _terminal.Error, StringComparison.Ordinal);
    }

    private async Task<CommandContext> ContextAsync(params string[] options)
    {
        CommandContext? seen = null;
        await RunAsync(
            (context, _) =>
            {
                seen = context;
                return Task.FromResult(0);
            },
            options);
        return seen!;
    }

    private async Task<int> RunAsync(Func<CommandContext, CancellationToken, Task<int>> body, params string[] options)
    {
        var global = new GlobalOptions();
        var runner = new CommandRunner(_terminal.Terminal, global);
        var output = OutputOption.Create();
        var command = new Command("x", "For a test.") { output };
        command.SetAction((parsed, token) => runner.RunAsync(parsed, output, body, token));
        var root = new RootCommand { command };
        global.AddTo(root);
        return await root.Parse(["x", .. options]).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
