namespace Unbounded.Agent.Partitions.Publishing;

/// <summary>What was published.</summary>
/// <param name="Reference">Where it is, by its tag.</param>
/// <param name="Pinned">Where it is, by its digest: a host with this as its <c>server</c> needs no key.</param>
/// <param name="FileDigest">Digest of the file.</param>
/// <param name="FileBytes">Its size, bytes.</param>
/// <param name="ContentDigest">Digest of the expanded image.</param>
/// <param name="SizeBytes">Its size, expanded, bytes.</param>
/// <param name="IsSigned">Whether it is signed.</param>
/// <param name="IsSent">Whether the image had to be sent; false when the registry had it.</param>
public sealed record Published(string Reference, string Pinned, string FileDigest, long FileBytes, string ContentDigest, long SizeBytes, bool IsSigned, bool IsSent);
