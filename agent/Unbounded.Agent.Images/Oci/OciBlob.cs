using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Oci;

/// <summary>A blob that a verified document names.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size, bytes.</param>
internal sealed record OciBlob(ContentDigest Digest, long Size);
