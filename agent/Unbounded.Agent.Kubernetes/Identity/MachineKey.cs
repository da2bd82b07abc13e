using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Kubernetes.Identity;

/// <summary>The private key of a machine's daemon, ECDSA on P-256, and what is made of it.</summary>
public sealed class MachineKey : IDisposable
{
    private readonly ECDsa _key;

    private MachineKey(ECDsa key) => _key = key;

    /// <summary>A new one.</summary>
    public static MachineKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>One that was kept.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>.</exception>
    public static MachineKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new AgentException(KubernetesErrors.CredentialsUnusable, "the kept key can't be used", "it is no EC key in PEM", "it is made anew", e);
        }
    }

    /// <summary>The private key, PKCS#8 in PEM. A secret.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>What tells keys apart, for people to compare: <c>SHA256:</c> and the digest of the public key (SubjectPublicKeyInfo) in lowercase hex.</summary>
    public string Fingerprint => FingerprintOf(_key.ExportSubjectPublicKeyInfo());

    /// <summary>The request for a machine's certificate (PKCS#10 in PEM): the machine's user name and nothing else.</summary>
    public string RequestFor(string machine) => new CertificateRequest(
        new X500DistinguishedNameBuilder().Named(ManifestSet.UserOf(machine)), _key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    /// <summary>Name of the CertificateSigningRequest: the same for the same key, so that it is filed once.</summary>
    public string RequestNameFor(string machine) => $"unbounded-machine-{machine}-{Fingerprint[^16..]}";

    /// <summary>Whether a certificate is for this key.</summary>
    public bool Fits(X509Certificate2 certificate)
    {
        using var theirs = certificate.GetECDsaPublicKey();
        return theirs is not null && FingerprintOf(theirs.ExportSubjectPublicKeyInfo()) == Fingerprint;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal static string FingerprintOf(ReadOnlySpan<byte> publicKey) => "SHA256:" + Convert.ToHexStringLower(SHA256.HashData(publicKey));
}

internal static class CommonNames
{
    public static X500DistinguishedName Named(this X500DistinguishedNameBuilder builder, string commonName)
    {
        builder.AddCommonName(commonName);
        return builder.Build();
    }
}
