using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Core.Configuration.Syntax;

/// <summary>Checks a CA as the configuration carries it: PEM certificates (RFC 7468) in base64.</summary>
public static class CertificateSyntax
{
    private const string Label = "CERTIFICATE";

    /// <summary>What is wrong with it, null when nothing is. Never shows any of it: it could be a key put in the wrong field.</summary>
    public static string? Ca(string base64)
    {
        if (!Base64.IsValid(base64))
            return "is not base64";
        var pem = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(base64)).AsSpan();
        var count = 0;
        while (PemEncoding.TryFind(pem, out var fields))
        {
            var label = pem[fields.Label];
            if (!label.SequenceEqual(Label))
                return $"holds a PEM block that is not a certificate{(label.EndsWith("KEY") ? ": a key does not belong here" : "")}";
            if (!IsCertificate(Convert.FromBase64String(pem[fields.Base64Data].ToString())))
                return $"certificate {count + 1} in it can't be decoded";
            count++;
            pem = pem[fields.Location.End..];
        }

        return count == 0 ? "holds no PEM certificate" : null;
    }

    private static bool IsCertificate(byte[] der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
