using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// A detached signature, as <c>openssl dgst -sha256 -sign KEY FILE | base64</c> makes it: ECDSA or RSA (PKCS #1) over the SHA-256 of exactly the file's bytes,
/// in base64.
/// </summary>
internal static class PublisherSignature
{
    private const int KeyLimit = 64 * 1024;

    /// <summary>Reads a key file.</summary>
    public static async Task<string> KeyAsync(string path, CancellationToken cancellationToken) =>
        Encoding.ASCII.GetString(await BoundedFile.ReadAsync(path, KeyLimit, cancellationToken));

    /// <summary>Demands a good signature.</summary>
    /// <param name="content">The signed bytes.</param>
    /// <param name="signature">The signature, base64.</param>
    /// <param name="publicKey">The key, PEM.</param>
    /// <param name="subject">What is signed, for errors.</param>
    /// <exception cref="AgentException">It is not signed by this key.</exception>
    public static void Demand(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature, string publicKey, string subject) =>
        DemandOfHash(SHA256.HashData(content), signature, publicKey, subject);

    /// <summary>Demands a good signature of bytes whose SHA-256 is known.</summary>
    /// <exception cref="AgentException">They are not signed by this key.</exception>
    public static void DemandOfHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, string publicKey, string subject)
    {
        byte[] raw;
        try
        {
            raw = Convert.FromBase64String(Encoding.ASCII.GetString(signature));
        }
        catch (FormatException e)
        {
            throw Wrong(subject, "its signature is not base64", e);
        }

        if (!Verifies(hash, raw, publicKey))
            throw Wrong(subject, "its signature was not made with the key that is trusted, or over other bytes", inner: null);
    }

    /// <summary>Signs bytes.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="privateKey">The key, PEM, not encrypted.</param>
    /// <returns>The signature, base64.</returns>
    /// <exception cref="AgentException">The key can't be used.</exception>
    public static string Sign(ReadOnlySpan<byte> content, string privateKey)
    {
        try
        {
            if (TryEcdsa(privateKey) is { } curve)
            {
                using (curve)
                    return Convert.ToBase64String(curve.SignData(content.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(privateKey);
            return Convert.ToBase64String(rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new AgentException(
                PartitionsErrors.PublicationInvalid,
                "Nothing can be signed with this key",
                "it is no private key for ECDSA or RSA in PEM form, without a passphrase",
                "Make one: openssl ecparam -name prime256v1 -genkey -noout -out KEY",
                e);
        }
    }

    /// <summary>The error of something whose signature is missing.</summary>
    public static AgentException Missing(string subject) => Wrong(subject, "it has no signature", inner: null);

    private static bool Verifies(ReadOnlySpan<byte> hash, byte[] signature, string publicKey)
    {
        try
        {
            if (TryEcdsa(publicKey) is { } curve)
            {
                using (curve)
                    return curve.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(publicKey);
            return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new AgentException(
                PartitionsErrors.SettingsInvalid,
                "The key that updates must be signed with can't be used",
                "it is no public key for ECDSA or RSA in PEM form",
                "Make one: openssl ecparam -name prime256v1 -genkey -noout -out KEY; openssl ec -in KEY -pubout",
                e);
        }
    }

    private static ECDsa? TryEcdsa(string key)
    {
        var curve = ECDsa.Create();
        try
        {
            curve.ImportFromPem(key);
            return curve;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            curve.Dispose();
            return null;
        }
    }

    private static AgentException Wrong(string subject, string why, Exception? inner) => new(
        PartitionsErrors.SignatureWrong,
        $"{subject} is not trusted",
        why,
        "Sign it with the key that belongs to pubkey, and publish both together",
        inner);
}
