using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// What to change of a Node, so that it carries what is wished. Touches nobody else's labels and taints: those that the agent brought are noted at the Node.
/// A taint is brought when it becomes wished and taken away when it no longer is; in between whoever removes it (a network that is up by now) is right.
/// </summary>
internal static class NodePatch
{
    /// <summary>The merge patch, bound to the version of the Node that it was made for; null: the Node is as wished. A pure function.</summary>
    /// <param name="node">The Node.</param>
    /// <param name="wish">Its labels and taints; null: they are not known.</param>
    /// <param name="uncordons">Whether a cordon of the agent's is over.</param>
    public static byte[]? Of(NodeView node, NodeWish? wish, bool uncordons = false)
    {
        var patch = wish is null ? null : Wished(node, wish);
        if (uncordons && node.IsCordonedByAgent)
        {
            patch ??= new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = node.ResourceVersion, ["annotations"] = new JsonObject() } };
            patch["metadata"]!["annotations"]![NodeView.CordonAnnotation] = null;
            var spec = patch["spec"] as JsonObject ?? [];
            spec["unschedulable"] = null;
            patch["spec"] = spec;
        }

        return patch is null ? null : Encoding.UTF8.GetBytes(patch.ToJsonString());
    }

    /// <summary>The merge patch that cordons a Node and says for what. A pure function.</summary>
    public static byte[] Cordon(NodeView node, string reason) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = node.ResourceVersion, ["annotations"] = new JsonObject { [NodeView.CordonAnnotation] = reason } },
        ["spec"] = new JsonObject { ["unschedulable"] = true },
    }.ToJsonString());

    private static JsonObject? Wished(NodeView node, NodeWish wish)
    {
        var labels = Labels(node, wish);
        var taints = Taints(node, wish);
        var applied = JsonSerializer.Serialize(new NodeApplied([.. wish.Labels.Keys.Order(StringComparer.Ordinal)], wish.Taints), NodeJson.Default.NodeApplied);
        var noted = node.Applied is null ? null : JsonSerializer.Serialize(node.Applied, NodeJson.Default.NodeApplied);
        if (labels.Count == 0 && taints is null && applied == noted)
            return null;
        var metadata = new JsonObject
        {
            ["resourceVersion"] = node.ResourceVersion,
            ["annotations"] = new JsonObject { [NodeView.Annotation] = applied },
        };
        if (labels.Count > 0)
            metadata["labels"] = labels;
        var patch = new JsonObject { ["metadata"] = metadata };
        if (taints is not null)
            patch["spec"] = new JsonObject { ["taints"] = taints };
        return patch;
    }

    private static JsonObject Labels(NodeView node, NodeWish wish)
    {
        var changes = new JsonObject();
        foreach (var (key, value) in wish.Labels.Where(l => !node.Labels.TryGetValue(l.Key, out var there) || there != l.Value))
            changes[key] = value;
        foreach (var key in (node.Applied?.Labels ?? []).Where(k => !wish.Labels.ContainsKey(k) && node.Labels.ContainsKey(k)))
            changes[key] = null;
        return changes;
    }

    // A Node without a note was just registered, with the taints that its kubelet was given.
    private static JsonArray? Taints(NodeView node, NodeWish wish)
    {
        if (node.Applied is not { } applied)
            return null;
        var before = applied.Taints ?? [];
        var gone = before.Except(wish.Taints, StringComparer.Ordinal).Select(NameSyntax.TaintIdentity).ToHashSet(StringComparer.Ordinal);
        var fresh = wish.Taints.Except(before, StringComparer.Ordinal).ToList();
        var replaced = fresh.Select(NameSyntax.TaintIdentity).ToHashSet(StringComparer.Ordinal);
        var next = new JsonArray();
        foreach (var taint in node.Taints.OfType<JsonObject>().Where(t => Identity(t) is var id && !gone.Contains(id) && !replaced.Contains(id)))
            next.Add(taint.DeepClone());
        foreach (var taint in fresh)
            next.Add((JsonNode)Read(taint));
        return JsonNode.DeepEquals(next, node.Taints) ? null : next;
    }

    private static string Identity(JsonObject taint) => $"{(string?)taint["key"]}:{(string?)taint["effect"]}";

    private static JsonObject Read(string taint)
    {
        var colon = taint.LastIndexOf(':');
        var equals = taint.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 || equals > colon ? (taint[..colon], "") : (taint[..equals], taint[(equals + 1)..colon]);
        var read = new JsonObject { ["key"] = key, ["effect"] = taint[(colon + 1)..] };
        if (value.Length > 0)
            read["value"] = value;
        return read;
    }
}
