using System.Text.Json.Serialization;

namespace Unbounded.Agent.Images.Oci;

/// <summary>A content descriptor (OCI image specification, descriptor.md).</summary>
internal sealed record OciDescriptor(
    [property: JsonPropertyName("mediaType")] string? MediaType,
    [property: JsonPropertyName("digest")] string? Digest,
    [property: JsonPropertyName("size")] long? Size,
    [property: JsonPropertyName("platform")] OciPlatform? Platform,
    [property: JsonPropertyName("annotations")] Dictionary<string, string>? Annotations);

/// <summary>The platform of a descriptor (image-index.md).</summary>
internal sealed record OciPlatform(
    [property: JsonPropertyName("os")] string? Os,
    [property: JsonPropertyName("architecture")] string? Architecture);

/// <summary>An index: image-index.md, and Docker's manifest list, which has the same fields.</summary>
internal sealed record OciIndex(
    [property: JsonPropertyName("schemaVersion")] int? SchemaVersion,
    [property: JsonPropertyName("mediaType")] string? MediaType,
    [property: JsonPropertyName("manifests")] List<OciDescriptor?>? Manifests);

/// <summary>A manifest: manifest.md, and Docker's schema 2, which has the same fields.</summary>
internal sealed record OciManifest(
    [property: JsonPropertyName("schemaVersion")] int? SchemaVersion,
    [property: JsonPropertyName("mediaType")] string? MediaType,
    [property: JsonPropertyName("config")] OciDescriptor? Config,
    [property: JsonPropertyName("layers")] List<OciDescriptor?>? Layers);

/// <summary>An image configuration (config.md), as far as unpacking needs it.</summary>
internal sealed record OciConfig(
    [property: JsonPropertyName("os")] string? Os,
    [property: JsonPropertyName("architecture")] string? Architecture,
    [property: JsonPropertyName("rootfs")] OciRootfs? Rootfs);

/// <summary>The layers of an image configuration.</summary>
internal sealed record OciRootfs([property: JsonPropertyName("diff_ids")] List<string>? DiffIds);

/// <summary>The file <c>oci-layout</c> (image-layout.md).</summary>
internal sealed record OciLayoutFile([property: JsonPropertyName("imageLayoutVersion")] string? Version);
