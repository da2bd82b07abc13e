using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>What the Node is to carry: the labels and taints of the side that runs, not of one that is only wanted.</summary>
/// <param name="Labels">Labels.</param>
/// <param name="Taints">Taints, <c>key=value:Effect</c>.</param>
internal sealed record NodeWish(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Taints)
{
    public static NodeWish Of(SideRecord active)
    {
        var kubelet = AppliedConfig.Load($"{active.Slot}-applied-config.json", active.AppliedConfig.Memory.ToArray(), sidecar: null).Config.Kubelet;
        return new(kubelet.Labels, kubelet.RegisterWithTaints);
    }
}
