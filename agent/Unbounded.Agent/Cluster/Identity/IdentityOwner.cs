using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Cluster.Identity;

/// <summary>
/// Whose identity is meant: a machine's, in one cluster. A cluster is told by its server's address and its authority; one of them may change, a new name of the
/// server or a rotated authority, and it is the same cluster all the same.
/// </summary>
/// <param name="Machine">Name of the Machine.</param>
/// <param name="Server">Where the server is.</param>
/// <param name="Authority">Its authority, as it is configured; null: the host's own.</param>
internal sealed record IdentityOwner(string Machine, string Server, string? Authority)
{
    private const string Key = "Issued-In: ";

    /// <summary>What is kept before the certificate: text that is outside of a PEM block (RFC 7468, section 2) means nothing to whoever reads it.</summary>
    public string Line => $"{Key}{Server} {AuthorityDigest}";

    private string AuthorityDigest => Authority is null ? "-" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Authority)));

    /// <summary>Why a certificate is not this owner's; null: it is, or nothing says that it is not.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="kept">The text that it was kept in.</param>
    public string? WhyNotOf(X509Certificate2 certificate, string kept)
    {
        var user = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (user != ManifestSet.UserOf(Machine))
            return $"it is for {user}, and this machine is {Machine}";
        return Stamp(kept)?.Split(' ') is [var server, var digest] && server != Server && digest != AuthorityDigest ? $"it was issued in another cluster, by {server}" : null;
    }

    /// <summary>A kept text with this owner's line in the place of its own; null: it has that line.</summary>
    public string? Restamped(string kept) => Stamp(kept) is not { } stamp ? $"{Line}\n{kept}"
        : Key + stamp == Line ? null : Line + kept[(Key.Length + stamp.Length)..];

    private static string? Stamp(string kept) => !kept.StartsWith(Key, StringComparison.Ordinal) ? null
        : kept.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end ? kept[Key.Length..end] : kept[Key.Length..];
}
