using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// A detached signature over exactly the index's bytes, as <c>openssl dgst -sha256 -sign KEY index.json | base64</c> makes it: ECDSA or RSA (PKCS #1) over
/// SHA-256, in base64.
/// </summary>
internal static class IndexSignature
{
    /// <summary>Demands a good signature.</summary>
    /// <param name="index">The signed bytes.</param>
    /// <param name="signature">The signature file, base64.</param>
    /// <param name="publicKey">The key, PEM.</param>
    /// <param name="location">Where the index is from, for errors.</param>
    /// <exception cref="AgentException">It is not signed by this key.</exception>
    public static void Demand(ReadOnlySpan<byte> index, ReadOnlySpan<byte> signature, string publicKey, Uri location)
    {
        byte[] raw;
        try
        {
            raw = Convert.FromBase64String(Encoding.ASCII.GetString(signature));
        }
        catch (FormatException e)
        {
            throw Wrong(location, "its signature is not base64", e);
        }

        if (!Verifies(index, raw, publicKey))
            throw Wrong(location, "its signature was not made with the key that is trusted, or over other bytes", inner: null);
    }

    private static bool Verifies(ReadOnlySpan<byte> index, byte[] signature, string publicKey)
    {
        try
        {
            if (TryEcdsa(publicKey) is { } curve)
            {
                using (curve)
                    return curve.VerifyData(index, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(publicKey);
            return rsa.VerifyData(index, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new AgentException(
                PartitionsErrors.SettingsInvalid,
                "The key that the index must be signed with can't be used",
                "it is no public key for ECDSA or RSA in PEM form",
                "Make one: openssl ecparam -name prime256v1 -genkey -noout -out KEY; openssl ec -in KEY -pubout",
                e);
        }
    }

    private static ECDsa? TryEcdsa(string publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(publicKey);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static AgentException Wrong(Uri location, string why, Exception? inner) => new(
        PartitionsErrors.SignatureWrong,
        $"The index {location.GetLeftPart(UriPartial.Path)} is not trusted",
        why,
        "Sign it with the key that belongs to pubkey, and publish index.json and index.json.sig together",
        inner);
}
