using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Unbounded.Agent.Machines.Handover;

/// <summary>A kubelet's client certificate, as it keeps it: PEM, the certificate first and its key behind it.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Content">The file. A secret.</param>
internal sealed record KubeletCertificate(string Name, byte[] Content)
{
    /// <summary>Whether a file holds a certificate that is good at an instant, with the key that it is for.</summary>
    public static bool IsGood(byte[] content, DateTimeOffset instant)
    {
        var pem = Encoding.UTF8.GetString(content);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem, pem);
            return instant < new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
