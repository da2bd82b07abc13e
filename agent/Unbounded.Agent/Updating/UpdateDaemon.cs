using Microsoft.Extensions.Logging;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Updating;

/// <summary>The daemon of a host that updates itself as a whole. Its machines are not looked after by the same daemon, and that is said.</summary>
internal static partial class UpdateDaemon
{
    /// <summary>Runs it.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="instruments">Measures transitions.</param>
    /// <param name="notifier">The service manager.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks it to stop.</param>
    public static async Task RunAsync(
        AgentPaths paths, UpdateSettings settings, AgentInstruments instruments, IServiceNotifier notifier, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        var logger = loggers.CreateLogger<UpdateTurns>();
        LogBegan(logger);
        if (File.Exists(paths.ConfigFile))
            LogMachinesIgnored(logger, paths.ConfigFile, paths.UpdateSettings);
        var sinks = new IProgressSink[] { new ProgressFile(paths.ProgressFile), new ServiceStatus(notifier) };
        await using var services = new UpdateServices("daemon", loggers, settings, stateFile: null, reboots: true, instruments, sinks);
        var turns = new UpdateTurns(services.Agent, settings, time);
        using var host = new LoopHost(
            paths,
            token =>
            {
                // A source that does not answer is waited for longer than the service manager waits for a sign of life.
                services.Progress.StillWaits();
                return turns.TurnAsync(token);
            },
            notifier,
            services.Progress,
            loggers,
            time);
        await host.RunAsync(stop);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "this host updates itself as a whole")]
    private static partial void LogBegan(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Config} is there, but no machine is looked after: {Settings} says automatic = true, and one daemon does one of the two")]
    private static partial void LogMachinesIgnored(ILogger logger, string config, string settings);
}
