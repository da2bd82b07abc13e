using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// The pods of kube-system on this host's Node: asked for by the gate, and once as a handover begins, so that the gate knows how they were before it. Nothing waits
/// for that one, and what the server tells is the old kubelet's until the new one has started. At rest nothing is asked.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="node">Name of the Node.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class SystemPods(KubernetesClient client, string node, TimeProvider time, ILogger<SystemPods> logger)
{
    private static readonly ResourcePath Pods = new("v1", "pods", "kube-system");

    // No new kubelet has told of a pod so soon after its handover began: an answer that comes later may be of the new one.
    private static readonly TimeSpan StillTheOldOnes = TimeSpan.FromSeconds(2);

    private readonly Channel<DateTimeOffset> _handovers = Channel.CreateBounded<DateTimeOffset>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock _lock = new();
    private DateTimeOffset? _awaited;
    private DateTimeOffset? _underWay;
    private Dictionary<string, ClusterPodView>? _before;

    /// <summary>Takes what is on this host now.</summary>
    public void Offer(AgentRecord record)
    {
        lock (_lock)
        {
            _underWay = record.Transition?.StartedAt;
            if (record.Transition is not { } t)
            {
                (_awaited, _before) = (null, null);
            }
            else if (!t.HandoverBegun && t.Step != StepKind.Restart)
            {
                // A first side follows none.
                (_awaited, _before) = (t.From is null ? null : t.StartedAt, null);
            }
            else if (_awaited == t.StartedAt)
            {
                _awaited = null;
                _handovers.Writer.TryWrite(t.StartedAt);
            }
        }
    }

    /// <summary>Asks for them, and says how they were before the handover.</summary>
    /// <exception cref="AgentException">52xx.</exception>
    public async Task<IReadOnlyList<ClusterPodView>> AskAsync(CancellationToken cancellationToken)
    {
        var now = await ListAsync(cancellationToken);
        Dictionary<string, ClusterPodView>? before;
        lock (_lock)
            before = _before;
        return before is null ? now : [.. now.Select(p => Compare(p, before.GetValueOrDefault(p.Name)))];
    }

    /// <summary>Goes on until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var begun in _handovers.Reader.ReadAllAsync(cancellationToken))
        {
            using var limit = new CancellationTokenSource(StillTheOldOnes, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                Know(begun, await ListAsync(either.Token));
            }
            catch (AgentException e)
            {
                LogNotKnown(e, node);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotKnown(e, node);
            }
        }
    }

    private void Know(DateTimeOffset begun, List<ClusterPodView> pods)
    {
        lock (_lock)
        {
            if (_underWay == begun)
                _before = pods.ToDictionary(p => p.Name, StringComparer.Ordinal);
        }
    }

    private async Task<List<ClusterPodView>> ListAsync(CancellationToken cancellationToken)
    {
        var pods = new List<ClusterPodView>();
        await foreach (var pod in client.ListAsync(Pods, new Selection($"spec.nodeName={node}"), cancellationToken))
            pods.Add(PodView.Of(pod));
        return pods;
    }

    private static ClusterPodView Compare(ClusterPodView now, ClusterPodView? before) => now with
    {
        WasSettled = before is { Phase: "Running", IsReady: true, IsEnding: false },
        RanBefore = before is not null && before.Containers.Intersect(now.Containers, StringComparer.Ordinal).Any(),
    };
}
