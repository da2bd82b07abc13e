using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>The part of a Node (core/v1) that the agent looks at.</summary>
/// <param name="Uid">The server's identity of it: another one after it was deleted and registered again.</param>
/// <param name="ResourceVersion">The server's version of it.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Taints">Its taints, each an object with key, value and effect, as they are.</param>
/// <param name="Applied">What the agent wrote of itself at it last; null: nothing yet.</param>
internal sealed record NodeView(string? Uid, string? ResourceVersion, IReadOnlyDictionary<string, string> Labels, JsonArray Taints, NodeApplied? Applied)
{
    /// <summary>Whether it takes no new pods.</summary>
    public bool IsCordoned { get; init; }

    /// <summary>Whether it was the agent that cordoned it.</summary>
    public bool IsCordonedByAgent { get; init; }

    /// <summary>Boot ID that its kubelet gave.</summary>
    public string? BootId { get; init; }

    /// <summary>Version that its kubelet gave.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>Whether its condition Ready is True.</summary>
    public bool IsReady => ToldReady == true;

    /// <summary>What its kubelet told of that: True or False; null: nothing, or the cluster gave up waiting for it (Unknown).</summary>
    public bool? ToldReady { get; init; }

    /// <summary>What that condition says.</summary>
    public string ReadyMessage { get; init; } = "";

    /// <summary>Where the agent notes what it brought to the Node, so that it takes away nothing but that.</summary>
    public const string Annotation = "unbounded-cloud.io/applied";

    /// <summary>Where the agent notes that it cordoned the Node, and for which transition: a Node without it is never uncordoned by the agent.</summary>
    public const string CordonAnnotation = "unbounded-cloud.io/cordoned-for";

    public static NodeView Of(ApiObject node)
    {
        var whole = JsonNode.Parse(node.Json.Span)!.AsObject();
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in whole["metadata"]?["labels"] as JsonObject ?? [])
            labels[key] = (string?)value ?? "";
        var taints = whole["spec"]?["taints"] as JsonArray;
        var status = whole["status"];
        var ready = (status?["conditions"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(c => (string?)c["type"] == "Ready");
        return new(
            node.Meta.Uid,
            node.Meta.ResourceVersion,
            labels,
            taints is null ? [] : taints.DeepClone().AsArray(),
            Noted((string?)whole["metadata"]?["annotations"]?[Annotation]))
        {
            IsCordoned = (bool?)whole["spec"]?["unschedulable"] == true,
            IsCordonedByAgent = whole["metadata"]?["annotations"]?[CordonAnnotation] is not null,
            BootId = (string?)status?["nodeInfo"]?["bootID"],
            KubeletVersion = (string?)status?["nodeInfo"]?["kubeletVersion"],
            ToldReady = (string?)ready?["status"] switch { "True" => true, "False" => false, _ => null },
            ReadyMessage = ready is null ? "it has no condition Ready" : $"{(string?)ready["reason"]}: {(string?)ready["message"]}",
        };
    }

    // Anybody who may write annotations could have damaged it: then nothing is known to be the agent's own.
    private static NodeApplied? Noted(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, NodeJson.Default.NodeApplied);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
