using Unbounded.Agent.Cli;
using Unbounded.Agent.Output;

namespace Unbounded.Agent.Progress;

/// <summary>The view that fits who looks on.</summary>
internal static class ProgressViews
{
    public static IProgressView Create(Terminal terminal, TimeProvider time) => terminal.ErrorIsTerminal
        ? new TerminalProgressView(terminal.Progress(), time)
        : new LineProgressView(terminal.Error, time);
}
