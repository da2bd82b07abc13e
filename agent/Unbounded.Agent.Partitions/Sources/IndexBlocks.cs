using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>The block index of an image of an index.</summary>
public sealed record IndexBlocks
{
    /// <summary>Where it is: absolute, or relative to the index.</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    /// <summary>SHA-256 of its first 128 bytes, lowercase hex: they hold the top of its tree of digests.</summary>
    [JsonPropertyName("sha256")]
    public required string Sha256 { get; init; }

    /// <summary>Where the image is that it was made from, not compressed; null: the image's own URL, which then is not compressed.</summary>
    [JsonPropertyName("image")]
    public string? Image { get; init; }
}
