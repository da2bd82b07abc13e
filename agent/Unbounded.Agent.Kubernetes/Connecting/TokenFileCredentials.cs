using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>A bearer token in a file that somebody else rotates, as a service account's.</summary>
/// <param name="path">The file.</param>
public sealed class TokenFileCredentials(string path) : IClusterCredentials
{
    private readonly CredentialFile _file = new(path);

    /// <inheritdoc/>
    public ValueTask<string?> TokenAsync(CancellationToken cancellationToken)
    {
        var token = _file.Read().Trim();
        return token.Length > 0 && !token.Any(c => char.IsControl(c) || c > 126)
            ? new(token)
            : throw CredentialFile.Unusable(path, "it holds no token");
    }

    /// <inheritdoc/>
    public ValueTask<X509Certificate2?> CertificateAsync(CancellationToken cancellationToken) => new((X509Certificate2?)null);

    /// <inheritdoc/>
    public void Refused()
    {
        // The file is looked at for every request.
    }
}
