using System.Text.Json;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Cli;

/// <summary>The one place where an exception becomes text, JSON and an exit code. Nothing that looks like a secret passes it (law 16).</summary>
internal static class ErrorRenderer
{
    private const string Red = "\u001b[1;31m";
    private const string Reset = "\u001b[0m";

    /// <summary>Says what failed, why and what to do, and returns the exit code.</summary>
    public static int Render(Exception exception, Terminal terminal, OutputFormat format, bool debug)
    {
        var error = Coded(exception);
        var exitCode = ExitCode.Of(error.Code.Kind);
        if (format == OutputFormat.Json)
            terminal.Out.WriteLine(JsonSerializer.Serialize(new ErrorReport(Document(error), exitCode), FrontDoorJson.Default.ErrorReport));
        else
            WriteText(error, terminal);
        if (debug)
            terminal.Error.WriteLine(Redaction.Scrub(exception.ToString()));
        return exitCode;
    }

    /// <summary>Gives an exception its code: its own, the one of an interruption, or that of a fault of the agent.</summary>
    public static AgentException Coded(Exception exception) => exception switch
    {
        AgentException coded => coded,
        AggregateException { InnerExceptions: [var only] } => Coded(only),
        OperationCanceledException => new AgentException(
            FrontDoorErrors.Interrupted,
            "the run was ended before it was done",
            "a signal (SIGINT, SIGTERM) arrived",
            "run the command again: it goes on where it was",
            exception),
        _ => new AgentException(
            FrontDoorErrors.Unexpected,
            "something happened that the agent does not expect",
            $"{exception.GetType().Name}: {exception.Message}",
            "run it again with --debug and report what it prints",
            exception),
    };

    /// <summary>The error as a document.</summary>
    public static ErrorDocument Document(AgentException error) => new(
        error.Code.Id,
        Redaction.Scrub(error.What),
        Redaction.Scrub(error.Why),
        Redaction.Scrub(error.Next),
        error.Details.Count == 0 ? null : [.. error.Details.Select(d => d with { Message = Redaction.Scrub(d.Message) })]);

    private static void WriteText(AgentException error, Terminal terminal)
    {
        var (on, off) = terminal is { Color: true, ErrorIsTerminal: true } ? (Red, Reset) : ("", "");
        terminal.Error.WriteLine($"{on}error:{off} {OneLine(error.What)} [{error.Code.Id}]");
        if (error.Details.Count <= 1)
        {
            terminal.Error.WriteLine($"  why:  {OneLine(error.Why)}");
        }
        else
        {
            foreach (var detail in error.Details)
                terminal.Error.WriteLine($"  - {OneLine(detail.ToString())}");
        }

        terminal.Error.WriteLine($"  next: {OneLine(error.Next)}");
    }

    // What comes from outside must not fake further lines, or draw on the terminal.
    private static string OneLine(string text) => string.Concat(Redaction.Scrub(text).Select(c => char.IsControl(c) ? ' ' : c));
}
