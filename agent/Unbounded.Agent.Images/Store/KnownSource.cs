using System.Text.Json.Serialization;

namespace Unbounded.Agent.Images.Store;

/// <summary>What a source was when it was last read: as long as its identity is the same, so is its digest.</summary>
internal sealed record KnownSource(
    [property: JsonPropertyName("reference")] string? Reference,
    [property: JsonPropertyName("identity")] string? Identity,
    [property: JsonPropertyName("digest")] string? Digest);
