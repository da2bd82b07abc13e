using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>
/// What the agent keeps of a slot beside it, on the data partition: what was written there. That the slot is complete is the boot environment's word, not
/// this one's.
/// </summary>
internal sealed record SlotNote
{
    /// <summary>Whether the image was written whole and read back. False while it is written.</summary>
    [JsonPropertyName("complete")]
    public required bool Complete { get; init; }

    /// <summary>Fingerprint of the target that it was prepared for.</summary>
    [JsonPropertyName("fingerprint")]
    public required string Fingerprint { get; init; }

    /// <summary>The image.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>Version of the system in it.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>Digest of the slot's content, <c>sha256:…</c>; null while it is written.</summary>
    [JsonPropertyName("digest")]
    public string? Digest { get; init; }

    /// <summary>Size of the image, expanded, bytes.</summary>
    [JsonPropertyName("size")]
    public required long SizeBytes { get; init; }

    /// <summary>Digest of the header of its block index, which is beside this note; null when there is none.</summary>
    [JsonPropertyName("index")]
    public string? Index { get; init; }

    /// <summary>How it was written: <c>full</c> or <c>delta</c>; null while it is written, or by an agent that did not say.</summary>
    [JsonPropertyName("method")]
    public string? Method { get; init; }

    /// <summary>Bytes of the image and of its block index that were fetched for it; null where the image was fetched whole.</summary>
    [JsonPropertyName("fetched")]
    public long? FetchedBytes { get; init; }

    /// <summary>Bytes that were written to the slot; null where all were.</summary>
    [JsonPropertyName("written")]
    public long? WrittenBytes { get; init; }

    /// <summary>Fields that this version does not know, kept as they are.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
