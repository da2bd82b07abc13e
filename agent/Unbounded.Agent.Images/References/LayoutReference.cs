namespace Unbounded.Agent.Images.References;

/// <summary>An image in an OCI image layout on this host.</summary>
/// <param name="Path">The absolute path of the layout's directory.</param>
/// <param name="Tag">The tag (<c>org.opencontainers.image.ref.name</c>); null for the only image there is.</param>
/// <param name="Digest">The digest of the manifest, or of an index that leads to it; null for any.</param>
public sealed record LayoutReference(string Path, string? Tag, ContentDigest? Digest) : ImageReference(Path, Digest)
{
    /// <inheritdoc/>
    public override string ToString() => $"oci-layout://{Path}{(Tag is null ? string.Empty : $":{Tag}")}{Suffix}";
}
