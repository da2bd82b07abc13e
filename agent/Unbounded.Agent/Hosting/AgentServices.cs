using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cluster;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Metrics;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Status;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Hosting;

/// <summary>Everything that commands and the daemon use, put together. Nothing is opened before it is used.</summary>
internal sealed class AgentServices : IAsyncDisposable
{
    private readonly HttpClient _operators = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false });
    private readonly ILoggerFactory _loggers;
    private readonly StoreImages _images;

    /// <summary>Puts everything together.</summary>
    /// <param name="command">What this process is, for the lock.</param>
    /// <param name="paths">Where things are.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sinks">Who wants to hear of progress.</param>
    /// <param name="mayWrite">Whether this process changes anything at all.</param>
    /// <param name="instruments">Measures transitions; null when nobody does.</param>
    public AgentServices(
        string command,
        AgentPaths paths,
        ILoggerFactory loggers,
        TimeProvider time,
        IReadOnlyList<IProgressSink> sinks,
        bool mayWrite,
        AgentInstruments? instruments = null)
    {
        _loggers = loggers;
        (Paths, Time) = (paths, time);
        Store = new DurableStore();
        Machines = new MachinePaths(paths.Root);
        Systemd = new SystemdConnector(new DBusOptions(), time, loggers);
        _images = new StoreImages(Machines.Store, time, loggers);
        // Beside the daemon's loop: two that write a generation at once would be in each other's way.
        var looked = new DesiredFiles(Store, paths, new MachineGeneration(Store, paths, mayWrite: false));
        Cluster = new ClusterMember(looked, new ClusterEndpoints(paths, Store, new ChildProcess(time), time), Store, paths, time, loggers);
        Backend = new MachinesBackend(Machines, Systemd, _images, HostPaths.Binary, time, loggers, Cluster);
        Progress = new ProgressTracker(sinks, time);
        Records = new RecordStore(Store, paths.Record);
        Requests = new RequestStore(Store, paths);
        var desired = new DesiredFiles(Store, paths, new MachineGeneration(Store, paths, mayWrite));
        Wishes = new LocalWishes(desired, Requests, () => Cluster.NodeDeleted, loggers.CreateLogger<LocalWishes>());
        Publisher = new StatusPublisher(
            Store, paths.StatusFile, () => Wishes.Origin with { Cluster = Cluster.State }, loggers.CreateLogger<StatusPublisher>(), Cluster);
        IStatusPublisher publisher = instruments is null ? Publisher : new MeasuredPublisher(Publisher, instruments, time);
        ITransitionObserver observer = instruments is null ? Progress : new MeasuredObserver(Progress, instruments);
        var applied = new AppliedConfigFiles(Store, paths.ConfigDirectory, Backend.Slots.Names);
        var files = new DerivedFiles(new StateFile(Store, paths.State), applied);
        var executor = new Executor(
            Backend.Slots,
            Records,
            files,
            publisher,
            new CommonChecks(_operators, Store, paths.DataCheckFile),
            time,
            loggers.CreateLogger<Executor>(),
            observer,
            drain: Cluster);
        Reconciler = new Reconciler(
            Records,
            new Surveyor(Backend.Slots, applied),
            executor,
            files,
            Wishes,
            publisher,
            new TransitionLock(paths.Lock, command, time),
            time,
            loggers.CreateLogger<Reconciler>());
    }

    public AgentPaths Paths { get; }

    public MachinePaths Machines { get; }

    public TimeProvider Time { get; }

    public SystemdConnector Systemd { get; }

    public DurableStore Store { get; }

    public MachinesBackend Backend { get; }

    public ProgressTracker Progress { get; }

    public RecordStore Records { get; }

    public RequestStore Requests { get; }

    public LocalWishes Wishes { get; }

    /// <summary>This host's part in a cluster; only the daemon runs it.</summary>
    public ClusterMember Cluster { get; }

    public StatusPublisher Publisher { get; }

    public Reconciler Reconciler { get; }

    /// <summary>Asks for something in a person's name.</summary>
    /// <param name="view">Where the daemon's progress is shown, if it is the one that works.</param>
    public Petition Petition(IProgressView view) => new(
        Requests,
        Records,
        DaemonRuns,
        Reconciler.ReconcileAsync,
        Follower(view));

    /// <summary>Looks on while the daemon works.</summary>
    /// <param name="view">Where its progress is shown.</param>
    public Follower Follower(IProgressView view) => new(Paths, Records, view, DaemonRuns, Time);

    /// <summary>A logger.</summary>
    public ILogger<T> Logger<T>() => _loggers.CreateLogger<T>();

    private bool DaemonRuns() => AgentLock.Holder(Paths.DaemonLock) is not null;

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await Backend.DisposeAsync();
        _images.Dispose();
        _operators.Dispose();
    }
}
