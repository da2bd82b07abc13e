using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>One image of an index.</summary>
public sealed record IndexImage
{
    /// <summary>Version of the system in it.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>Its channel. Default <c>stable</c>.</summary>
    [JsonPropertyName("channel")]
    public string Channel { get => field ?? "stable"; init; } = "stable";

    /// <summary>Processor architecture as Debian writes it: <c>amd64</c>, <c>arm64</c>.</summary>
    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    /// <summary>The oldest version that may be updated to this one, null: any.</summary>
    [JsonPropertyName("minimum_version")]
    public string? MinimumVersion { get; init; }

    /// <summary>Where the image is: absolute, or relative to the index.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>SHA-256 of the file behind the URL, lowercase hex.</summary>
    [JsonPropertyName("sha256")]
    public required string Sha256 { get; init; }

    /// <summary>Size of the image, expanded, bytes.</summary>
    [JsonPropertyName("size")]
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the expanded image, lowercase hex; null when not stated: then it is computed while it is written.</summary>
    [JsonPropertyName("content_sha256")]
    public string? ContentSha256 { get; init; }

    /// <summary>Size of the file behind the URL, bytes; null when not stated. Only a guess at how long it takes is made from it.</summary>
    [JsonPropertyName("file_size")]
    public long? FileBytes { get; init; }

    /// <summary>The image's block index; null: it is always fetched whole.</summary>
    [JsonPropertyName("block_index")]
    public IndexBlocks? Blocks { get; init; }
}
