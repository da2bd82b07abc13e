using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>A manifest (OCI image specification, manifest.md), as far as it is used here.</summary>
internal sealed record ArtifactManifest(
    [property: JsonPropertyName("artifactType")] string? ArtifactType,
    [property: JsonPropertyName("layers")] IReadOnlyList<ArtifactLayer?>? Layers,
    [property: JsonPropertyName("annotations")] Dictionary<string, string>? Annotations);

/// <summary>One of its layers.</summary>
internal sealed record ArtifactLayer(
    [property: JsonPropertyName("mediaType")] string? MediaType,
    [property: JsonPropertyName("digest")] string? Digest,
    [property: JsonPropertyName("size")] long Size);

/// <summary>Reading of a manifest, without reflection.</summary>
[JsonSerializable(typeof(ArtifactManifest))]
internal sealed partial class ArtifactJson : JsonSerializerContext;
