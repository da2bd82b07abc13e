using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Daemon;
using Unbounded.Agent.Following;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Linux.Watching;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Status;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Tests.Support;

/// <summary>A node as the front door puts it together, its files on the machine's disk, over slots in memory; with a daemon or without.</summary>
internal sealed class NodeScene : IServiceNotifier, IRest, ICheckSource, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Host _host = new();
    private readonly StatusPublisher _publisher;
    private readonly StringWriter _view = new();
    private Task _daemon = Task.CompletedTask;
    private bool _daemonRuns;
    private bool _endsWhenAsked;

    /// <summary>What the cluster says of the Node; null: it can't be seen.</summary>
    public bool? NodeDeleted { get; set; }

    public NodeScene()
    {
        var time = TimeProvider.System;
        Records = new RecordStore(_host.Store, Paths.Record);
        Requests = new RequestStore(_host.Store, Paths);
        Wishes = new LocalWishes(
            new DesiredFiles(_host.Store, Paths, new MachineGeneration(_host.Store, Paths, mayWrite: true)), Requests, () => NodeDeleted, NullLogger<LocalWishes>.Instance);
        _publisher = new StatusPublisher(_host.Store, Paths.StatusFile, () => Wishes.Origin, NullLogger<StatusPublisher>.Instance);
        Progress = new ProgressTracker([new ProgressFile(Paths.ProgressFile)], time);
        var applied = new AppliedConfigFiles(_host.Store, Paths.ConfigDirectory, Slots.Names);
        var files = new DerivedFiles(new StateFile(_host.Store, Paths.State), applied);
        var executor = new Executor(Slots, Records, files, _publisher, this, time, NullLogger<Executor>.Instance, Progress);
        Reconciler = new Reconciler(
            Records, new Surveyor(Slots, applied), executor, files, Wishes, _publisher, new TransitionLock(Paths.Lock, "test", time), time, NullLogger<Reconciler>.Instance);
        Petition = new Petition(
            Requests,
            Records,
            DaemonRuns,
            Reconciler.ReconcileAsync,
            new Follower(Paths, Records, new LineProgressView(_view, time), DaemonRuns, time, patience: TimeSpan.Zero));
        Host.Write(Paths.ConfigFile, Host.Config);
    }

    /// <summary>More than any of this takes.</summary>
    public CancellationToken Limit { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    public AgentPaths Paths => _host.Paths;

    public QuickSlots Slots { get; } = new();

    public RecordStore Records { get; }

    public RequestStore Requests { get; }

    public LocalWishes Wishes { get; }

    public ProgressTracker Progress { get; }

    public Reconciler Reconciler { get; }

    public Petition Petition { get; }

    public TimeSpan? WatchdogTimeout => null;

    /// <summary>Edits the Machine: a version, and lines below spec.update.</summary>
    public void Edit(string version, params string[] update)
    {
        var text = Host.Machine(version, "  update:\n    healthGate:\n      settle: 0s\n" + string.Concat(update.Select(u => $"    {u}\n")));
        Host.Write(Paths.MachineFile + ".new", text);
        File.Move(Paths.MachineFile + ".new", Paths.MachineFile, overwrite: true);
    }

    /// <summary>Brings up 1.30.1 in kube1.</summary>
    public async Task InstallAsync(bool daemon)
    {
        Edit("1.30.1");
        await Reconciler.ReconcileAsync(Limit);
        Assert.Equal("1.30.1", (await Records.LoadAsync(Limit))!.Active!.Version);
        if (daemon)
            StartDaemon();
    }

    /// <summary>A daemon that is there when something is asked of it, and then no more.</summary>
    public void DaemonEndsWhenAsked() => _endsWhenAsked = true;

    /// <summary>Ends when a note of the daemon is as wanted.</summary>
    public Task<LiveProgress> NotedAsync(Func<LiveProgress, bool> condition) =>
        new Follower(Paths, Records, new LineProgressView(TextWriter.Null, TimeProvider.System), () => true, TimeProvider.System)
            .FollowAsync((_, note) => Task.FromResult(note is not null && condition(note) ? note : null), Limit);

    /// <summary>Ends when the record is as wanted.</summary>
    public Task<AgentRecord> RecordedAsync(Func<AgentRecord, bool> condition) =>
        new Follower(Paths, Records, new LineProgressView(TextWriter.Null, TimeProvider.System), () => true, TimeProvider.System)
            .FollowAsync((record, _) => Task.FromResult(record is not null && condition(record) ? record : null), Limit);

    /// <summary>Ends when the status file is as wanted, and gives its text.</summary>
    public async Task<string> StatusAsync(Func<string, bool> condition)
    {
        using var changed = new SemaphoreSlim(1);
        using var watcher = new FileWatcher(TimeProvider.System, TimeSpan.FromMilliseconds(1));
        using var file = watcher.WatchFile(Paths.StatusFile, () => changed.Release());
        while (true)
        {
            var text = "";
            try
            {
                await changed.WaitAsync(Limit);
                text = File.Exists(Paths.StatusFile) ? await File.ReadAllTextAsync(Paths.StatusFile, Limit) : "";
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"the status is\n{await File.ReadAllTextAsync(Paths.StatusFile)}", e);
            }

            if (condition(text))
                return text;
        }
    }

    public async Task<string> ActiveVersionAsync() => (await Records.LoadAsync(Limit))!.Active!.Version;

    public Task<RequestEnd> AskAsync(RequestKind kind, bool ignoreWindow = false) =>
        Petition.RunAsync(AgentRequest.New(kind, TimeProvider.System) with { IgnoreWindow = ignoreWindow }, Limit);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _daemon;
        await _publisher.DisposeAsync();
        _host.Dispose();
        _stop.Dispose();
    }

    IReadOnlyList<ICheck> ICheckSource.Checks(SlotName slot, Target target) => [];

    void IServiceNotifier.Ready(string status)
    {
    }

    void IServiceNotifier.Status(string status)
    {
    }

    void IServiceNotifier.KeepAlive()
    {
    }

    void IServiceNotifier.Stopping(string status)
    {
    }

    void IServiceNotifier.ExtendTimeout(TimeSpan timeout)
    {
    }

    void IRest.Enter()
    {
    }

    void IRest.Leave()
    {
    }

    private bool DaemonRuns()
    {
        var ends = _endsWhenAsked;
        _endsWhenAsked = false;
        return ends || _daemonRuns;
    }

    private void StartDaemon()
    {
        var loop = new DaemonLoop(
            Reconciler.ReconcileAsync, _ => throw new InvalidOperationException("nobody else takes the lock"), this, this, Progress, TimeProvider.System, NullLogger<DaemonLoop>.Instance, new DaemonOptions());
        _daemonRuns = true;
        _daemon = Task.Run(async () =>
        {
            using var watcher = new FileWatcher(TimeProvider.System, TimeSpan.FromMilliseconds(1));
            using var machine = watcher.WatchFile(Paths.MachineFile, () => loop.Post(DaemonEvent.Wake));
            using var requests = watcher.WatchDirectory(Paths.Requests, () => loop.Post(DaemonEvent.Wake));
            await loop.RunAsync(_stop.Token);
        });
    }
}
