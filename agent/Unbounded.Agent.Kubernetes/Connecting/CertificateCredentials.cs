using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>A client certificate and its key in PEM; both are read again when they changed, and used together only when they fit.</summary>
public sealed class CertificateCredentials : IClusterCredentials, IDisposable
{
    private readonly Func<(string Certificate, string Key)> _read;
    private readonly string _source;
    private readonly Lock _lock = new();
    private (string Certificate, string Key)? _from;
    private X509Certificate2? _certificate;

    private CertificateCredentials(Func<(string Certificate, string Key)> read, string source) => (_read, _source) = (read, source);

    /// <summary>From files; a rotation that replaces one after the other is no error while the pair before is at hand.</summary>
    /// <param name="certificatePath">The certificate, its chain after it.</param>
    /// <param name="keyPath">The key; may be the same file.</param>
    public static CertificateCredentials FromFiles(string certificatePath, string keyPath)
    {
        var (certificate, key) = (new CredentialFile(certificatePath), new CredentialFile(keyPath));
        return new(() => (certificate.Read(), key.Read()), certificatePath);
    }

    /// <summary>From texts.</summary>
    public static CertificateCredentials FromPem(string certificate, string key, string source) => new(() => (certificate, key), source);

    /// <inheritdoc/>
    public ValueTask<string?> TokenAsync(CancellationToken cancellationToken) => new((string?)null);

    /// <inheritdoc/>
    public ValueTask<X509Certificate2?> CertificateAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = _read();
            if (_certificate is not null && _from == now)
                return new(_certificate);
            try
            {
                _certificate = Load(now.Certificate, now.Key);
                _from = now;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // Half rotated: the other half comes in an instant.
                if (_certificate is null)
                    throw CredentialFile.Unusable(_source, "certificate and key are no pair in PEM", e);
            }

            return new(_certificate);
        }
    }

    /// <inheritdoc/>
    public void Refused()
    {
        // The files are looked at for every connection.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _certificate?.Dispose();
    }

    internal static X509Certificate2 Load(string certificate, string key) => X509Certificate2.CreateFromPem(certificate, key);
}
