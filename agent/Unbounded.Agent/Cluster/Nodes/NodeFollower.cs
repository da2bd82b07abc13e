using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Watching;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// Follows this host's own Node, and no other: brings to it the labels and taints of the side that runs, without a swap, and sees when somebody deleted it
/// (strategy OnDelete). Stands in nobody's way.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="name">Name of the Node.</param>
/// <param name="memory">What is known of it.</param>
/// <param name="wake">Wakes the daemon.</param>
/// <param name="reflector">Follows the Node.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class NodeFollower(
    KubernetesClient client, string name, NodeMemory memory, Action wake, Reflector reflector, TimeProvider time, ILogger<NodeFollower> logger)
{
    /// <summary>Nodes.</summary>
    public static readonly ResourcePath Nodes = new("v1", "nodes");

    private static readonly ResourcePath Leases = new("coordination.k8s.io/v1", "leases", "kube-node-lease");

    private const int QuickPatches = 5;
    private static readonly TimeSpan PatchEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly PatchPace _pace = new(QuickPatches, PatchEvery, time);
    private long _cordonedAt;
    private (bool Seen, NodeView? Node) _sight;
    private StatusSnapshot? _snapshot;
    private SideRecord? _side;
    private NodeWish? _wish;
    private bool? _wasReady;
    private bool? _toldReady;
    private volatile ErrorRecord? _problem;
    private volatile KnownNode? _known;

    /// <summary>Why the Node is not as it should be; null: it is, or there is none yet.</summary>
    public ErrorRecord? Problem => _problem;

    /// <summary>Whether somebody deleted the Node, and no update followed yet; null: that can't be seen.</summary>
    public bool? IsDeleted => _known is { Deleted: true } ? true : Latest().Sight.Seen ? false : null;

    /// <summary>The Node's health as the watch told it last; null: there is none.</summary>
    public ClusterNodeView? Health
    {
        get
        {
            lock (_lock)
                return _sight.Node is { } node ? Healthy(node) : null;
        }
    }

    /// <summary>Asks for the Node's health; null: there is none.</summary>
    /// <exception cref="AgentException">52xx.</exception>
    public async Task<ClusterNodeView?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var node = NodeView.Of(await client.GetAsync(Nodes.Of(name), cancellationToken));
            lock (_lock)
                return Healthy(node);
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks when the Node's Lease (coordination.k8s.io/v1) was renewed last; null: there is none.</summary>
    /// <exception cref="AgentException">52xx.</exception>
    public async Task<DateTimeOffset?> AskRenewedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lease = JsonNode.Parse((await client.GetAsync(Leases.Of(name), cancellationToken)).Json.Span)!;
            return DateTimeOffset.TryParse((string?)lease["spec"]?["renewTime"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return null;
        }
    }

    /// <summary>Cordons the Node. One that is cordoned already stays as it is, whoever cordoned it; it is uncordoned by a later record, see <see cref="Offer"/>.</summary>
    /// <param name="record">The record, with the transition that wants it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether somebody else cordoned it.</returns>
    /// <exception cref="AgentException">52xx; <see cref="KubernetesErrors.Conflict"/>: somebody changed it just now.</exception>
    public async Task<bool> CordonAsync(AgentRecord record, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _cordonedAt, record.Generation);
        NodeView node;
        try
        {
            node = NodeView.Of(await client.GetAsync(Nodes.Of(name), cancellationToken));
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            // Deleted: nothing is sent to it.
            return false;
        }

        if (node.IsCordoned)
            return !node.IsCordonedByAgent;
        var t = record.Transition!;
        var reason = string.Create(CultureInfo.InvariantCulture, $"{t.Kind} {t.From} -> {t.To}, begun {t.StartedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
        await client.MergePatchAsync(Nodes.Of(name), NodePatch.Cordon(node, reason), cancellationToken);
        LogCordoned(name);
        return false;
    }

    /// <summary>Takes what is on this host now. The latest counts.</summary>
    public void Offer(StatusSnapshot snapshot)
    {
        lock (_lock)
            _snapshot = snapshot;
        _look.Writer.TryWrite(true);
    }

    /// <summary>Follows until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Together.RunAsync([FollowAsync, SettleAsync], cancellationToken);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var reflection in reflector.FollowAsync(cancellationToken))
        {
            switch (reflection)
            {
                case Reflection.Listed listed:
                    See(listed.Objects is [var node, ..] ? NodeView.Of(node) : null);
                    break;
                case Reflection.Changed changed:
                    See(NodeView.Of(changed.Item));
                    break;
                case Reflection.Deleted:
                    See(null);
                    break;
                case Reflection.Lost lost when lost.Error.Code != KubernetesErrors.Unreachable:
                    // A server that is away is said once, of the Machine.
                    Fail(lost.Error, LogLost);
                    break;
            }
        }
    }

    private void See(NodeView? node)
    {
        lock (_lock)
        {
            // What the kubelet of one boot told last; that the cluster waits for it in vain (Unknown) may be the handover's own doing.
            var another = node is not null && _sight.Node is { } before && before.BootId != node.BootId;
            if (another && _sight.Node!.BootId is not null)
                _wasReady = _toldReady;
            _toldReady = node?.ToldReady ?? (another ? null : _toldReady);
            _sight = (true, node);
        }

        _look.Writer.TryWrite(true);
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        _known = await memory.ReadAsync(cancellationToken);
        while (true)
        {
            await _look.Reader.ReadAsync(cancellationToken);
            var (sight, snapshot) = Latest();
            if (!sight.Seen || snapshot?.Record is not { } record)
                continue;
            await RememberAsync(sight.Node, record, snapshot.Plan, cancellationToken);
            if (sight.Node is { } node)
                await BringAsync(node, Wish(record), CordonIsOver(record), cancellationToken);
        }
    }

    private async Task RememberAsync(NodeView? node, AgentRecord record, Plan? plan, CancellationToken cancellationToken)
    {
        var idle = record.Transition is null && plan?.Kind == PlanKind.Nothing;
        var next = KnownNode.Look(_known, node?.Uid, record.LastTransition?.StartedAt, idle);
        if (next is null || next == _known)
            return;
        try
        {
            await memory.WriteAsync(next, cancellationToken);
        }
        catch (AgentException e)
        {
            // Acted on all the same; a restart of the daemon may see it again.
            LogNotApplied(e, name);
        }

        _known = next;
        if (next.Deleted)
        {
            LogDeleted(name);
            wake();
        }
    }

    // Whatever ended the transition, and however often the daemon was ended in it. A record from before a cordon says nothing of it.
    private bool CordonIsOver(AgentRecord record) => record.Generation >= Volatile.Read(ref _cordonedAt) && record.Transition is null or { Committed: true };

    private async Task BringAsync(NodeView node, NodeWish? wish, bool cordonIsOver, CancellationToken cancellationToken)
    {
        if (NodePatch.Of(node, wish, cordonIsOver) is not { } patch)
        {
            if (wish is not null)
                Solve();
            return;
        }

        try
        {
            await client.MergePatchAsync(Nodes.Of(name), patch, cancellationToken);
            LogApplied(name);
            Solve();
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.Conflict || e.Code == KubernetesErrors.NotFound)
        {
            // Somebody was faster: the watch says what it is like now, or has said so already, and either has it looked at again.
        }
        catch (AgentException e)
        {
            Fail(e, LogNotApplied);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(RetryAfter, time, limit.Token), _look.Reader.WaitToReadAsync(limit.Token).AsTask());
            await limit.CancelAsync();
            _look.Writer.TryWrite(true);
        }

        await Task.Delay(_pace.Count(), time, cancellationToken);
    }

    // What was asked for may be ahead of the watch. A Node that no kubelet has told of yet says nothing of how it was.
    private ClusterNodeView Healthy(NodeView node) => new(
        node.BootId, node.KubeletVersion, node.IsReady, node.ReadyMessage, _sight.Node is { BootId: not null } seen && seen.BootId != node.BootId ? _toldReady : _wasReady)
    {
        Sameness = _known?.SamenessOf(node.Uid),
    };

    private ((bool Seen, NodeView? Node) Sight, StatusSnapshot? Snapshot) Latest()
    {
        lock (_lock)
            return (_sight, _snapshot);
    }

    // Read again only when the side is another one, or was given other labels.
    private NodeWish? Wish(AgentRecord record)
    {
        if (record.Active is null || ReferenceEquals(record.Active, _side))
            return _wish;
        _side = record.Active;
        try
        {
            return _wish = NodeWish.Of(record.Active);
        }
        catch (AgentException e)
        {
            // Adopted from a file that can't be read: then nothing is known to be wished.
            LogNotApplied(e, name);
            return _wish = null;
        }
    }

    private void Fail(AgentException error, Action<Exception, string> log)
    {
        var before = _problem;
        _problem = ErrorRecord.From(error);
        if (before?.Code == error.Code.Id)
            return;
        log(error, name);
        wake();
    }

    private void Solve()
    {
        if (_problem is null)
            return;
        _problem = null;
        wake();
    }
}
