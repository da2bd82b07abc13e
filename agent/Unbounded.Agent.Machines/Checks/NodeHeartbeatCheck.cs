using System.Globalization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The Node's Lease (<c>kube-node-lease/NODE</c>) was renewed after the new kubelet's start: its time is later than that, or another one than the check saw
/// first, when the old kubelet had ended already. Asked for until then, and no more: a heartbeat that stops later makes the Node not Ready. Waived while the
/// server can't be asked, and where the cluster keeps no such Lease.
/// </summary>
/// <param name="slot">The machine.</param>
/// <param name="nodes">Finds it.</param>
/// <param name="cluster">The Node.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeHeartbeatCheck(SlotName slot, INodes nodes, IClusterNode cluster, TimeProvider time) : NodeCheck(slot, nodes)
{
    // What a clock that was set back makes of a renewal before it.
    private static readonly TimeSpan Future = TimeSpan.FromSeconds(10);

    private readonly ClusterQuestion _question = new("the Node's Lease", time);
    private (string Invocation, CheckResult Result)? _proven;
    private DateTimeOffset? _first;

    public override string Name => "node-heartbeat";

    public override TimeSpan Timeout => ClusterQuestion.Timeout;

    public override bool EndsDowntime => false;

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        if (!cluster.IsFollowed)
        {
            return CheckResult.Passed("not asked: this daemon follows no cluster");
        }

        if (await KubeletStart.FindAsync(node, time, cancellationToken) is not { } kubelet)
        {
            return CheckResult.NotYet($"no kubelet runs in {Slot}");
        }

        return _proven is { } proven && string.Equals(proven.Invocation, kubelet.Invocation, StringComparison.Ordinal)
            ? proven.Result
            : await _question.AskAsync(async token => Judge(await cluster.AskRenewedAsync(token), kubelet), cancellationToken);
    }

    private CheckResult Judge(DateTimeOffset? renewed, KubeletStart kubelet)
    {
        if (renewed is not { } at)
        {
            return CheckResult.Passed("waived: the cluster keeps no Lease of this Node");
        }

        var changed = _first is { } first && first != at;
        _first ??= at;
        if (!changed && (at <= kubelet.At || at > time.GetUtcNow() + Future))
        {
            return CheckResult.NotYet($"the Node's Lease was renewed last at {Text(at)}, the kubelet started at {Text(kubelet.At)}");
        }

        _proven = (kubelet.Invocation, CheckResult.Passed($"the Node's Lease was renewed at {Text(at)}, after the kubelet's start at {Text(kubelet.At)}"));
        return _proven.Value.Result;
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
