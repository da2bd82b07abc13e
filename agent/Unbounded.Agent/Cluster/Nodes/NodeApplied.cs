using System.Text.Json.Serialization;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>Labels and taints that the agent brought to a Node.</summary>
/// <param name="Labels">Keys of labels.</param>
/// <param name="Taints">Taints, <c>key=value:Effect</c>.</param>
internal sealed record NodeApplied(IReadOnlyList<string>? Labels, IReadOnlyList<string>? Taints);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeApplied))]
[JsonSerializable(typeof(KnownNode))]
internal sealed partial class NodeJson : JsonSerializerContext;
