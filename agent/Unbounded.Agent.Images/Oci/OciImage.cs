using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Oci;

/// <summary>An image of a layout, its manifest and configuration verified.</summary>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
internal sealed record OciImage(ContentDigest Digest, IReadOnlyList<OciBlob> Layers);
