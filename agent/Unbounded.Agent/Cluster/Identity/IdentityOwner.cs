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
        var end = kept.IndexOf('\n', StringComparison.Ordinal);
        if (!kept.StartsWith(Key, StringComparison.Ordinal) || kept[Key.Length..end].Split(' ') is not [var server, var digest])
            return null;
        return server == Server || digest == AuthorityDigest ? null : $"it was issued in another cluster, by {server}";
    }
}
