using Spectre.Console;
using Unbounded.Agent.Cli;

namespace Unbounded.Agent.Output;

/// <summary>Spectre consoles over the streams of a <see cref="Terminal"/>.</summary>
internal static class Consoles
{
    // What is not read by a person at once is not wrapped: a wrapped table is of no use to grep.
    private const int UnboundedWidth = 400;

    /// <summary>Over standard output: tables.</summary>
    public static IAnsiConsole Answers(this Terminal terminal) => Create(terminal.Out, terminal.OutIsTerminal, terminal.Color);

    /// <summary>Over standard error: progress.</summary>
    public static IAnsiConsole Progress(this Terminal terminal) => Create(terminal.Error, terminal.ErrorIsTerminal, terminal.Color);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal, bool color)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = UnboundedWidth;
        return console;
    }
}
