using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Logging;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Hosting;

/// <summary>Services of a command that runs to its end: its answer is its output, so only warnings are logged unless details are asked for.</summary>
internal static class OneShot
{
    public static AgentServices Create(string command, CommandContext context, bool mayWrite, params IReadOnlyList<IProgressSink> sinks) =>
        new(command, AgentPaths.OfProcess(), Loggers(context), TimeProvider.System, sinks, mayWrite);

    private static LineLoggerFactory Loggers(CommandContext context) =>
        LineLoggerFactory.Create(context, underJournal: false, TimeProvider.System, LogLevel.Warning);
}
