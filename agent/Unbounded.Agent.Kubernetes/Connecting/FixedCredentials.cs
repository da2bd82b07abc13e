using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>A token, a certificate, or nobody, as it was given.</summary>
/// <param name="token">The bearer token, null: none.</param>
/// <param name="certificate">The certificate with its key, null: none. Stays the caller's.</param>
public sealed class FixedCredentials(string? token = null, X509Certificate2? certificate = null) : IClusterCredentials
{
    /// <inheritdoc/>
    public ValueTask<string?> TokenAsync(CancellationToken cancellationToken) => new(token);

    /// <inheritdoc/>
    public ValueTask<X509Certificate2?> CertificateAsync(CancellationToken cancellationToken) => new(certificate);

    /// <inheritdoc/>
    public void Refused()
    {
        // There is no other to be had.
    }
}
