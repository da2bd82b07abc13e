using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.NodeSoftware;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>
/// The cluster sees the new side as a healthy node: its Node has this machine's boot ID, which its new kubelet alone can have told, the target's version, and is
/// Ready. Under OnDelete it is another one than was deleted (its UID). Where it was not Ready before the handover either, that is not asked of the new side. Waived while the server can't be asked: a lost server, and a right that
/// is missing, say nothing of the side.
/// </summary>
/// <param name="slot">The machine.</param>
/// <param name="nodes">Finds it.</param>
/// <param name="cluster">The Node.</param>
/// <param name="wanted">The target's version, with or without its <c>v</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeReadyCheck(SlotName slot, INodes nodes, IClusterNode cluster, string wanted, TimeProvider time) : NodeCheck(slot, nodes)
{
    // Told by a watch as a rule; one that is dead without knowing it is found out by asking.
    private readonly ClusterQuestion _question = new("the Node", time);

    public override string Name => "node-ready";

    public override TimeSpan Timeout => ClusterQuestion.Timeout;

    protected override async Task<CheckResult> EvaluateAsync(INode node, CancellationToken cancellationToken)
    {
        if (!cluster.IsFollowed)
        {
            return CheckResult.Passed("not asked: this daemon follows no cluster");
        }

        if (Judge(cluster.Latest, node) is { Outcome: CheckOutcome.Passed } told)
        {
            return told;
        }

        return await _question.AskAsync(async token => Judge(await cluster.AskAsync(token), node), cancellationToken);
    }

    private CheckResult Judge(ClusterNodeView? view, INode node)
    {
        if (view is null)
        {
            return CheckResult.NotYet("the kubelet has not registered its Node");
        }

        if (view.Sameness == ClusterNodeSameness.Deleted)
        {
            return CheckResult.NotYet("the Node is still the one that was deleted");
        }

        if (!string.Equals(view.BootId, node.BootId, StringComparison.OrdinalIgnoreCase))
        {
            return CheckResult.NotYet($"the Node has boot ID {view.BootId}, not {node.BootId} of {Slot}");
        }

        if (!string.Equals(KubernetesVersion.Normalize(view.KubeletVersion ?? ""), KubernetesVersion.Normalize(wanted), StringComparison.Ordinal))
        {
            return CheckResult.NotYet($"the Node's kubelet is {view.KubeletVersion}, not {wanted}");
        }

        // One that somebody deletes in the middle of a swap is registered anew: that says nothing against the side.
        var same = view.Sameness switch { ClusterNodeSameness.Same => "the same Node as before", ClusterNodeSameness.Another => "another Node than before, which was deleted,", _ => "the Node" };
        var evidence = $"{same} has boot ID {view.BootId} and kubelet {view.KubeletVersion}";
        return view.IsReady ? CheckResult.Passed($"{evidence}, and is Ready")
            : view.WasReady == false ? CheckResult.Passed($"{evidence}; it is not Ready ({view.Message}), nor was it before")
            : CheckResult.NotYet($"{evidence}, and is not Ready: {view.Message}");
    }
}
