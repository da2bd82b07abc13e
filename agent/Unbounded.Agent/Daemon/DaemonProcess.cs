using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Machines;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Updating;

namespace Unbounded.Agent.Daemon;

/// <summary>The daemon of this host: its loop with everything that wakes it.</summary>
internal static partial class DaemonProcess
{
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
        var (settings, damage) = await SettingsAsync(paths, stop);
        if (damage is not null && !HasHadMachines(paths))
        {
            await HeldDaemon.RunAsync(paths, notifier, loggers, time, stop);
            return;
        }

        if (damage is not null)
            LogSettingsIgnored(loggers.CreateLogger<DaemonMetrics>(), damage.Code.Id, damage);
        await using var measured = new DaemonMetrics(paths, metrics ?? settings.Metrics, settings.MetricsPrefix, time, loggers.CreateLogger<DaemonMetrics>());
        if (settings.Automatic)
        {
            await UpdateDaemon.RunAsync(paths, settings, measured.Instruments, notifier, loggers, time, stop);
            return;
        }

        await using var services = new AgentServices(
            "daemon", paths, loggers, time, [new ProgressFile(paths.ProgressFile), new ServiceStatus(notifier)], mayWrite: true, measured.Instruments);
        using var host = new LoopHost(paths, services.Reconciler.ReconcileAsync, notifier, services.Progress, loggers, time);
        Action wake = host.Wake;
        Action configured = () =>
        {
            wake();
            services.Cluster.LookAgain();
        };
        host.Watcher.WatchFile(paths.ConfigFile, configured);
        host.Watcher.WatchFile(paths.Kubeconfig, configured);
        host.Watcher.WatchFile(paths.MachineFile, wake);
        host.Watcher.WatchDirectory(paths.Requests, wake);
        using var ended = new CancellationTokenSource();
        await using var machined = services.Systemd.Machined();
        List<Task> watches = [.. services.Backend.Slots.Names.Select(slot => WatchUnit(services, slot, wake, ended.Token)), WatchMachines(services, machined, wake, ended.Token), services.Cluster.RunAsync(wake, ended.Token)];
        try
        {
            await host.RunAsync(stop);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    private static async Task<(UpdateSettings Settings, AgentException? Damage)> SettingsAsync(AgentPaths paths, CancellationToken stop)
    {
        try
        {
            return (await UpdateSettingsFile.LoadAsync(paths.UpdateSettings, stop), null);
        }
        catch (AgentException e)
        {
            return (new(), e);
        }
    }

    /// <summary>Whether machines were looked after on this host. Only the record says so for certain: a config.json may be there on a host that updates itself, too.</summary>
    internal static bool HasHadMachines(AgentPaths paths) =>
        new RecordView(paths.Record).Read() is { } record
        && (record.Active?.Slot ?? record.Transition?.To) is { } slot && MachinesBackend.SlotNames.Contains(slot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Code}: update.conf is ignored: this host's record is one of machines, and they are looked after")]
    private static partial void LogSettingsIgnored(ILogger logger, string code, Exception exception);

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
