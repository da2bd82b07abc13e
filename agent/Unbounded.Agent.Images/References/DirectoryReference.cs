namespace Unbounded.Agent.Images.References;

/// <summary>A directory on this host that is a root file system.</summary>
/// <param name="Path">The absolute path of the directory.</param>
/// <param name="Digest">The digest its tree must have; null for any.</param>
public sealed record DirectoryReference(string Path, ContentDigest? Digest) : ImageReference(Path, Digest)
{
    /// <inheritdoc/>
    public override string ToString() => $"dir://{Path}{Suffix}";
}
