using System.CommandLine;

namespace Unbounded.Agent.Cli;

/// <summary>Runs a command's body with its context; every failure leaves through <see cref="ErrorRenderer"/>.</summary>
internal sealed class CommandRunner(Terminal terminal, GlobalOptions global)
{
    /// <summary>Runs <paramref name="body"/> and returns the exit code.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="output">The command's own output option, null where it has none.</param>
    /// <param name="body">The command.</param>
    /// <param name="cancellationToken">Ends the command at the next safe instant.</param>
    public async Task<int> RunAsync(
        ParseResult parsed,
        Option<OutputFormat>? output,
        Func<CommandContext, CancellationToken, Task<int>> body,
        CancellationToken cancellationToken)
    {
        var context = new CommandContext(
            terminal with { Color = terminal.Color && !parsed.GetValue(global.NoColor) },
            output is null ? OutputFormat.Text : parsed.GetValue(output),
            parsed.GetValue(global.LogFormat),
            parsed.GetValue(global.Debug));
        try
        {
            return await body(context, cancellationToken);
        }
#pragma warning disable CA1031 // the outermost place: whatever is thrown gets a code here
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ErrorRenderer.Render(exception, context.Terminal, context.Output, context.Debug);
        }
    }
}
