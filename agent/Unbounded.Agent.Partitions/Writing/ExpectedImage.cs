using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>What is known of an image before it is written.</summary>
/// <param name="SizeBytes">Its size, expanded, bytes.</param>
/// <param name="File">Digest of the file as it is fetched, null when not known.</param>
/// <param name="Content">Digest of the image itself, expanded; null when not known.</param>
internal sealed record ExpectedImage(long SizeBytes, ContentDigest? File, ContentDigest? Content)
{
    /// <summary>Reads the slot back in another way than by the digest of all of it; null: by that.</summary>
    public IReadBack? ReadBack { get; init; }
}
