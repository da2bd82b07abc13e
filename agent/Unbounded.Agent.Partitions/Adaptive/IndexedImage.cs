using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Partitions.Adaptive;

/// <summary>An image and the index that was made from it.</summary>
/// <param name="Index">Path of the index.</param>
/// <param name="SizeBytes">Size of the image, bytes.</param>
/// <param name="Image">Digest of the image.</param>
/// <param name="Header">Digest of the index's header: what an index of updates names.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="Blocks">How many there are.</param>
/// <param name="IndexBytes">Size of the index, bytes.</param>
public sealed record IndexedImage(string Index, long SizeBytes, ContentDigest Image, ContentDigest Header, int BlockBytes, int Blocks, long IndexBytes);
