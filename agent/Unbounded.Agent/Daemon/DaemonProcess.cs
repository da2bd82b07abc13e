using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Linux.Watching;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Updating;

namespace Unbounded.Agent.Daemon;

/// <summary>The daemon of this host: its loop with everything that wakes it.</summary>
internal static partial class DaemonProcess
{
    // An editor may rename and write again at once.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="metrics">Where metrics are offered; null: where <c>update.conf</c> says, if it does.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks it to stop.</param>
    public static async Task RunAsync(AgentPaths paths, string? metrics, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        using var alone = AgentLock.Take(paths.DaemonLock, "daemon", time);
        using var notifier = ServiceNotifier.FromEnvironment(loggers.CreateLogger<ServiceNotifier>());
        Directory.CreateDirectory(Path.GetDirectoryName(paths.ProgressFile)!);
        var settings = await SettingsAsync(paths, loggers.CreateLogger<DaemonMetrics>(), stop);
        await using var measured = new DaemonMetrics(paths, metrics ?? settings.Metrics, settings.MetricsPrefix, time, loggers.CreateLogger<DaemonMetrics>());
        if (settings.Automatic)
        {
            await UpdateDaemon.RunAsync(paths, settings, measured.Instruments, notifier, loggers, time, stop);
            return;
        }

        await using var services = new AgentServices(
            "daemon", paths, loggers, time, [new ProgressFile(paths.ProgressFile), new ServiceStatus(notifier)], mayWrite: true, measured.Instruments);
        using var watcher = new FileWatcher(time, Quiet);
        var loop = new DaemonLoop(
            services.Reconciler.ReconcileAsync,
            freed => watcher.WatchFile(paths.Lock, freed),
            notifier,
            new ProcessRest(),
            services.Progress,
            time,
            loggers.CreateLogger<DaemonLoop>(),
            new DaemonOptions());
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            loop.Post(DaemonEvent.Wake);
        });
        Action wake = () => loop.Post(DaemonEvent.Wake);
        Action configured = () =>
        {
            wake();
            services.Cluster.LookAgain();
        };
        watcher.WatchFile(paths.ConfigFile, configured);
        watcher.WatchFile(paths.Kubeconfig, configured);
        watcher.WatchFile(paths.MachineFile, wake);
        watcher.WatchDirectory(paths.Requests, wake);
        using var ended = new CancellationTokenSource();
        await using var machined = services.Systemd.Machined();
        List<Task> watches = [.. services.Backend.Slots.Names.Select(slot => WatchUnit(services, slot, wake, ended.Token)), WatchMachines(services, machined, wake, ended.Token), services.Cluster.RunAsync(wake, ended.Token)];
        try
        {
            await loop.RunAsync(stop);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    // What a node needs does not depend on this file.
    private static async Task<UpdateSettings> SettingsAsync(AgentPaths paths, ILogger logger, CancellationToken stop)
    {
        try
        {
            return await UpdateSettingsFile.LoadAsync(paths.UpdateSettings, stop);
        }
        catch (AgentException e)
        {
            LogSettingsIgnored(logger, e);
            return new();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "update.conf is ignored")]
    private static partial void LogSettingsIgnored(ILogger logger, Exception exception);

    private static async Task WatchMachines(AgentServices services, IMachined machined, Action wake, CancellationToken cancellationToken)
    {
        try
        {
            await new MachineTrigger(machined, services.Time, services.Logger<MachineTrigger>())
                .WatchAsync([.. services.Backend.Slots.Names.Select(n => n.Value)], wake, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }

    private static async Task WatchUnit(AgentServices services, SlotName slot, Action wake, CancellationToken cancellationToken)
    {
        try
        {
            await new UnitTrigger(services.Backend.Host, services.Time, services.Logger<UnitTrigger>())
                .WatchAsync(Units.Machine(slot), wake, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }
}
