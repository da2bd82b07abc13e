using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Daemon;

/// <summary>
/// The daemon of a host of which it can't be told whether it is to be updated as a whole or has machines to look after: it does neither, says so, and ends
/// when the settings can be read, for the service manager to start it anew.
/// </summary>
internal static partial class HeldDaemon
{
    /// <summary>Runs it.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="notifier">The service manager.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks it to stop.</param>
    public static async Task RunAsync(AgentPaths paths, IServiceNotifier notifier, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        var logger = loggers.CreateLogger<LoopHost>();
        var progress = new ProgressTracker([new ProgressFile(paths.ProgressFile), new ServiceStatus(notifier)], time);
        using var host = new LoopHost(paths, token => LookAsync(paths.UpdateSettings, logger, token), notifier, progress, loggers, time);
        host.Watcher.WatchFile(paths.UpdateSettings, host.Wake);
        await host.RunAsync(stop);
    }

    /// <summary>One look at the settings.</summary>
    internal static async Task<ReconcileResult> LookAsync(string file, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await UpdateSettingsFile.LoadAsync(file, cancellationToken);
            LogReadable(logger, file);
            return new(new(PlanKind.Nothing, $"{file} can be read: the daemon starts anew"), ExecutionEnd.EndsProcess, Record: null, LookAgainAt: null, Problem: null);
        }
        catch (AgentException e)
        {
            var error = new ErrorRecord(FrontDoorErrors.HostUnclear.Id, "This host is left alone: it is not known whether the daemon updates it or looks after its machines", $"{e.What}: {e.Why}", e.Next);
            LogHeld(logger, error.Code, error.Message, error.Cause);
            return new(new(PlanKind.Nothing, error.Message), ExecutionEnd.Completed, Record: null, LookAgainAt: null, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Code}: {What}: {Why}")]
    private static partial void LogHeld(ILogger logger, string code, string what, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} can be read: starting anew")]
    private static partial void LogReadable(ILogger logger, string file);
}
