using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Logging;

namespace Unbounded.Agent.Commands.Daemon;

/// <summary><c>daemon</c>: what the service runs.</summary>
internal static class DaemonCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "daemon";

    public static Command Create(CommandRunner runner)
    {
        var metrics = new Option<string?>("--metrics") { Description = "Offer metrics for Prometheus at this port of loopback, or at ADDRESS:PORT.", HelpName = "PLACE" };
        var command = new Command(Name, "Look after this host's node until told to stop; run by unbounded-agent-daemon.service.") { metrics };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output: null, async (context, stop) =>
        {
            Privileges.DemandRoot(Name, Environment.IsPrivilegedProcess);
            using var loggers = LineLoggerFactory.Create(context, UnderJournal, TimeProvider.System);
            await DaemonProcess.RunAsync(AgentPaths.OfProcess(), parsed.GetValue(metrics), loggers, TimeProvider.System, stop);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static bool UnderJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
}
