using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cluster.Drain;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Wishing;

namespace Unbounded.Agent.Cluster;

/// <summary>
/// This host's part in a cluster: follows its Machine and tells its status, as the configuration says, and anew when that changes. Runs beside the daemon's
/// loop, which never waits for it.
/// </summary>
internal sealed partial class ClusterMember(
    DesiredFiles files,
    ClusterEndpoints endpoints,
    IDurableStore store,
    AgentPaths paths,
    TimeProvider time,
    ILoggerFactory loggers) : IStatusListener, IClusterNode, INodeDrain
{
    private static readonly TimeSpan UnusableRetry = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly ILogger _logger = loggers.CreateLogger<ClusterMember>();
    private (StatusSnapshot Snapshot, MachineStatus Status)? _latest;
    private volatile TaskCompletionSource<ClusterSession> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClusterSession? _session;
    private volatile bool _runs;
    private volatile ClusterState? _unusable;

    /// <summary>How it goes; null: no API server is followed.</summary>
    public ClusterState? State => _session is { } session ? session.State : _unusable;

    /// <summary>Whether somebody deleted this host's Node; null: that can't be seen.</summary>
    public bool? NodeDeleted => _session?.Node.IsDeleted;

    /// <inheritdoc/>
    public bool IsFollowed => _session is not null;

    /// <inheritdoc/>
    public ClusterNodeView? Latest => _session?.Node.Health;

    /// <inheritdoc/>
    public async Task<ClusterNodeView?> AskAsync(CancellationToken cancellationToken) =>
        _session is { } session ? await session.Node.AskAsync(cancellationToken) : null;

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> AskRenewedAsync(CancellationToken cancellationToken) =>
        _session is { } session ? await session.Node.AskRenewedAsync(cancellationToken) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClusterPodView>> AskSystemPodsAsync(CancellationToken cancellationToken) =>
        _session is { } session ? await session.Pods.AskAsync(cancellationToken) : [];

    /// <inheritdoc/>
    public async Task<bool> DrainAsync(AgentRecord record, DrainPolicy policy, IStepProgress progress, CancellationToken cancellationToken)
    {
        if (record.Transition!.Target.Thaw().Config.Kubelet.ApiServer is null)
        {
            progress.Warn("not drained: the node is in no cluster (no API server is configured)");
            return false;
        }

        if (!_runs)
        {
            throw new AgentException(
                KubernetesErrors.NotDrainable,
                "The node can't be drained",
                "only the daemon follows the cluster, and it does not run",
                "Start unbounded-agent-daemon, or set spec.update.drain.enabled to false");
        }

        await new NodeDrain(token => _began.Task.WaitAsync(token), record, time).RunAsync(policy, progress, cancellationToken);
        return true;
    }

    /// <summary>The configuration may have changed.</summary>
    public void LookAgain() => _look.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void Offer(StatusSnapshot snapshot, MachineStatus status)
    {
        lock (_lock)
        {
            _latest = (snapshot, status);
            _session?.Offer(snapshot, status);
        }
    }

    /// <summary>Runs until cancelled; never throws.</summary>
    /// <param name="wake">Wakes the daemon's loop.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action wake, CancellationToken cancellationToken)
    {
        _runs = true;
        try
        {
            while (true)
            {
                try
                {
                    await RunOnceAsync(wake, cancellationToken);
                }
#pragma warning disable CA1031 // whatever goes wrong with a cluster, the node is looked after, and it is begun again
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    _unusable = new(ErrorRecord.From(e));
                    LogEnded(e);
                    wake();
                    await PauseAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The daemon ends.
        }
        finally
        {
            _runs = false;
        }
    }

    // What can't be read, or goes wrong, may be well later without any file being written: a disk's fault, say.
    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        await using var timer = _unusable is null ? null : time.CreateTimer(_ => LookAgain(), null, UnusableRetry, Timeout.InfiniteTimeSpan);
        await _look.Reader.ReadAsync(cancellationToken);
    }

    // Until the configuration says something else, or there is another way in.
    private async Task RunOnceAsync(Action wake, CancellationToken cancellationToken)
    {
        var (settings, entrance) = await FindAsync(wake, cancellationToken);
        if (entrance is null || settings is null)
        {
            await PauseAsync(cancellationToken);
            return;
        }

        using var client = new KubernetesClient(entrance.Endpoint, new ClientOptions(), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = entrance.Kind == EntranceKind.Bootstrap
            ? Request(client, settings, wake).RunAsync(end.Token)
            : Begin(client, settings, entrance.Kind, wake).RunAsync(end.Token);
        try
        {
            while (await Task.WhenAny(work, ChangedAsync(settings, end.Token)) is { } first && first != work && !await (Task<bool>)first)
            {
                // Another part of the configuration changed.
            }
        }
        finally
        {
            _session = null;
            _began = _began.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _began;
            await end.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (work.IsFaulted)
            await work;
    }

    private IdentityRequest Request(KubernetesClient client, ClusterSettings settings, Action wake) => new(
        client,
        settings.MachineName,
        new IdentityStore(store, paths, settings.Owner),
        error =>
        {
            _unusable = new(ErrorRecord.From(error));
            wake();
        },
        time,
        loggers.CreateLogger<IdentityRequest>());

    private ClusterSession Begin(KubernetesClient client, ClusterSettings settings, EntranceKind kind, Action wake)
    {
        var session = new ClusterSession(client, settings, kind, files, store, paths, wake, time, loggers);
        lock (_lock)
        {
            _session = session;
            if (_latest is { } latest)
                session.Offer(latest.Snapshot, latest.Status);
        }

        _began.TrySetResult(session);
        return session;
    }

    private async Task<bool> ChangedAsync(ClusterSettings settings, CancellationToken cancellationToken)
    {
        await _look.Reader.ReadAsync(cancellationToken);
        try
        {
            return await ReadSettingsAsync(cancellationToken) != settings;
        }
        catch (AgentException)
        {
            // A file that can't be read now says nothing: its end is the next signal to look.
            return false;
        }
    }

    private async Task<(ClusterSettings? Settings, ClusterEntrance? Entrance)> FindAsync(Action wake, CancellationToken cancellationToken)
    {
        _unusable = null;
        try
        {
            if (await files.ReadAsync(cancellationToken) is not { } read || await endpoints.FindAsync(read.State.Config, cancellationToken) is not { } entrance)
                return default;
            return (await ReadSettingsAsync(cancellationToken), entrance);
        }
        catch (AgentException e)
        {
            _unusable = new(ErrorRecord.From(e));
            LogUnusable(e);
            wake();
            return default;
        }
    }

    private async Task<ClusterSettings?> ReadSettingsAsync(CancellationToken cancellationToken) =>
        await files.ReadAsync(cancellationToken) is { } read ? ClusterSettings.Of(read.State.Config, paths) : null;
}
