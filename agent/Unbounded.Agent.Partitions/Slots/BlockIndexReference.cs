using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>The block index of an image, as a signed index of updates names it.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Digest">Digest of its header, and through that of all of it.</param>
/// <param name="Image">Where the image is that its blocks are fetched from, not compressed.</param>
public sealed record BlockIndexReference(Uri Location, ContentDigest Digest, Uri Image);
