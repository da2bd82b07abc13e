using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Linux.Watching;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Daemon;

/// <summary>The daemon's loop on this host, whatever it looks after: waits for the agent's lock by watching it, is woken by SIGHUP, rests with the process.</summary>
internal sealed class LoopHost : IDisposable
{
    // An editor may rename and write again at once.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly DaemonLoop _loop;
    private readonly PosixSignalRegistration _reload;

    /// <summary>Puts it together.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="reconcile">Does what there is to do.</param>
    /// <param name="notifier">The service manager.</param>
    /// <param name="progress">Knows of signs of life.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="time">The clock.</param>
    public LoopHost(
        AgentPaths paths,
        Func<CancellationToken, Task<ReconcileResult>> reconcile,
        IServiceNotifier notifier,
        ProgressTracker progress,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        Watcher = new FileWatcher(time, Quiet);
        _loop = new DaemonLoop(
            reconcile,
            freed => Watcher.WatchFile(paths.Lock, freed),
            notifier,
            new ProcessRest(),
            progress,
            time,
            loggers.CreateLogger<DaemonLoop>(),
            new DaemonOptions());
        _reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Wake();
        });
    }

    /// <summary>Watches the files that wake it.</summary>
    public FileWatcher Watcher { get; }

    /// <summary>Something happened that may need doing.</summary>
    public void Wake() => _loop.Post(DaemonEvent.Wake);

    /// <summary>Runs until it is asked to stop, or a turn ends the process.</summary>
    public Task RunAsync(CancellationToken stop) => _loop.RunAsync(stop);

    public void Dispose()
    {
        _reload.Dispose();
        Watcher.Dispose();
    }
}
