namespace Unbounded.Agent.Images.References;

/// <summary>A tar archive on this host.</summary>
/// <param name="Path">The absolute path of the file.</param>
/// <param name="Digest">The digest the file must have; null for any.</param>
public sealed record ArchiveReference(string Path, ContentDigest? Digest) : ImageReference(Path, Digest)
{
    /// <inheritdoc/>
    public override string ToString() => $"file://{Path}{Suffix}";
}
