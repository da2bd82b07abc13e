using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Cluster.Drain;

/// <summary>A pod that stands in the way of a drain (core/v1).</summary>
/// <param name="Path">The pod.</param>
/// <param name="Uid">Its identity.</param>
/// <param name="IsEnding">Whether it was told to end.</param>
internal sealed record DrainedPod(ResourcePath Path, string Uid, bool IsEnding)
{
    public string Name => $"{Path.Namespace}/{Path.Name}";

    /// <summary>
    /// The pod; null where it is left alone: of a DaemonSet, which ignores that a node is cordoned; of a file of the kubelet's, which no server can end; one that has
    /// finished.
    /// </summary>
    public static DrainedPod? Of(ApiObject pod)
    {
        var whole = JsonNode.Parse(pod.Json.Span)!;
        var metadata = whole["metadata"];
        var owners = (metadata?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>();
        return (string?)whole["status"]?["phase"] is "Succeeded" or "Failed"
            || metadata?["annotations"]?["kubernetes.io/config.mirror"] is not null
            || owners.Any(o => (string?)o["kind"] == "DaemonSet" && (bool?)o["controller"] == true)
            ? null
            : new(new ResourcePath("v1", "pods", pod.Meta.Namespace, pod.Meta.Name), pod.Meta.Uid ?? "", pod.Meta.DeletionTimestamp is not null);
    }
}
