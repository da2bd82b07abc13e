using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.References;

/// <summary>
/// Where an image comes from. The forms, each with an absolute path that is taken as it is (no percent-encoding):
/// <list type="bullet">
/// <item><c>file://PATH[@sha256:HEX]</c>: a tar archive, plain or compressed; the digest is that of the file.</item>
/// <item><c>dir://PATH[@sha256:HEX]</c>: a directory that is a root file system; the digest is that of its tree.</item>
/// <item><c>oci-layout://DIR[:TAG][@sha256:HEX]</c>: an OCI image layout; the digest is that of the manifest, or of an index that leads to it.</item>
/// </list>
/// The last <c>:</c> of a layout starts its tag when no <c>/</c> follows it.
/// </summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Digest">The digest the content must have; null for any.</param>
public abstract record ImageReference(string Path, ContentDigest? Digest)
{
    private const string Supported = "Use one of file:///PATH, dir:///PATH, oci-layout:///DIR[:TAG]; each may end in @sha256:HEX.";
    private const string DigestMark = "@sha256:";

    /// <summary>Reads a reference.</summary>
    /// <exception cref="AgentException">It is of no known form, or of one that the agent can't fetch.</exception>
    public static ImageReference Parse(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var mark = reference.IndexOf("://", StringComparison.Ordinal);
        var scheme = mark < 0 ? string.Empty : reference[..mark];
        if (scheme is not ("file" or "dir" or "oci-layout"))
            throw Unsupported(reference, scheme);
        var rest = reference[(mark + 3)..];
        ContentDigest? digest = null;
        var at = rest.LastIndexOf('@');
        // An @ is a usual character of paths; only before something that wants to be a digest is it ours.
        if (at >= 0 && !rest.AsSpan(at).Contains('/') && rest.AsSpan(at).Contains(':'))
        {
            digest = rest[at..].StartsWith(DigestMark, StringComparison.Ordinal) ? ContentDigest.TryParse(rest[(at + 1)..]) : null;
            if (digest is null)
                throw Invalid(reference, $"'{rest[(at + 1)..]}' is no digest: it takes sha256: and 64 lowercase hex digits");
            rest = rest[..at];
        }

        string? tag = null;
        if (string.Equals(scheme, "oci-layout", StringComparison.Ordinal) && rest.LastIndexOf(':') is >= 0 and var colon && !rest.AsSpan(colon).Contains('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (tag.Length == 0)
                throw Invalid(reference, "its tag is empty");
        }

        if (!rest.StartsWith('/') || rest.Contains('\0', StringComparison.Ordinal))
            throw Invalid(reference, "its path is not absolute");
        var path = System.IO.Path.GetFullPath(rest);
        return scheme switch
        {
            "file" => new ArchiveReference(path, digest),
            "dir" => new DirectoryReference(path, digest),
            _ => new LayoutReference(path, tag, digest),
        };
    }

    /// <summary>The reference in its one spelling.</summary>
    public abstract override string ToString();

    private protected string Suffix => Digest is null ? string.Empty : $"@{Digest}";

    private static AgentException Invalid(string reference, string why) =>
        new(ImageErrors.InvalidReference, $"The image reference '{WithoutSecrets(reference)}' was not understood", why, Supported);

    /// <summary>User and password, which a registry's address may carry, are shown to nobody.</summary>
    private static string WithoutSecrets(string reference)
    {
        var mark = reference.IndexOf("://", StringComparison.Ordinal);
        var start = mark < 0 ? 0 : mark + 3;
        var end = reference.IndexOf('/', start);
        var at = reference.LastIndexOf('@', end < 0 ? reference.Length - 1 : end);
        return at > start && reference.AsSpan(start, at - start).Contains(':') ? $"{reference[..start]}...{reference[at..]}" : reference;
    }

    private static AgentException Unsupported(string reference, string scheme)
    {
        if (reference.StartsWith('/') || reference.StartsWith('.') || reference.Length == 0)
            return Invalid(reference, "it has no scheme");
        var what = scheme.Length > 0 ? $"the scheme '{scheme}://'" : "a registry";
        return new AgentException(
            ImageErrors.UnsupportedScheme,
            $"The image '{WithoutSecrets(reference)}' can't be fetched",
            $"{what} is not one the agent can fetch from; supported are file://, dir:// and oci-layout://",
            "Bring the image to the host as a tar archive, a directory or an OCI layout (skopeo copy docker://HOST/REPO:TAG oci:DIR:TAG) and refer to that.");
    }
}
