using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Kubernetes.Identity;

/// <summary>
/// Whether a request for a machine's certificate may be approved: it asks for that machine's name and nothing else, and comes from that machine. Pure.
/// </summary>
public static class ApprovalRules
{
    private const string BootstrapUser = "system:bootstrap:";
    private const string Prefix = "unbounded:machine:";
    private const string Curve = "1.2.840.10045.3.1.7";

    /// <summary>The machine whose name a request asks for; null: it is no machine's, and none of ours.</summary>
    public static string? MachineOf(SigningRequest request)
    {
        if (request.Signer != SigningRequest.ClientSigner)
            return null;
        // What can be no Machine's name must not come near a path.
        return Read(request)?.CommonName is { } name && name.StartsWith(Prefix, StringComparison.Ordinal) && NameSyntax.Subdomain(name[Prefix.Length..]) is null
            ? name[Prefix.Length..]
            : null;
    }

    /// <summary>Fingerprint of the key that a request is for; null: it can't be read.</summary>
    public static string? FingerprintOf(SigningRequest request) => Read(request)?.Fingerprint;

    /// <summary>What stands against approving; null: nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="machine">Whose it should be.</param>
    /// <param name="tokenSecret">The Secret with the bootstrap token that the Machine names (<c>bootstrap-token-ID</c>); null: it names none.</param>
    /// <param name="isRegistered">Whether there is such a Machine.</param>
    /// <param name="key">Fingerprint that the approver has from the machine itself; null: none.</param>
    public static string? Objection(SigningRequest request, string machine, string? tokenSecret, bool isRegistered, string? key)
    {
        if (request.Refusal is not null)
            return $"it was refused before ({request.Refusal})";
        if (request.Signer != SigningRequest.ClientSigner)
            return $"its signer is {request.Signer}, not {SigningRequest.ClientSigner}";
        if (Read(request) is not { } asked)
            return "it does not hold one PKCS#10 request, and nothing beside it, that its key has signed";
        if (asked.CommonName != ManifestSet.UserOf(machine))
            return $"it asks for '{asked.Subject}', not for CN={ManifestSet.UserOf(machine)} alone";
        if (asked.HasMore)
            return "it asks for extensions, which a machine's certificate has none of";
        if (!asked.IsOnCurve)
            return "its key is not one on P-256";
        if (!request.Usages.Contains("client auth", StringComparer.Ordinal) || request.Usages.Except(SigningRequest.ClientUsages, StringComparer.Ordinal).Any())
            return $"it asks for {string.Join(", ", request.Usages)}, not for a client's usages";
        if (key is not null && !string.Equals(key, asked.Fingerprint, StringComparison.OrdinalIgnoreCase))
            return $"its key is {asked.Fingerprint}, not {key}";
        return Comes(request.Requester, machine, tokenSecret, isRegistered, key is not null);
    }

    private static string? Comes(string requester, string machine, string? tokenSecret, bool isRegistered, bool keyIsKnown)
    {
        if (requester == ManifestSet.UserOf(machine))
            return isRegistered ? null : $"{machine} renews its certificate, but there is no such Machine any more";
        if (!requester.StartsWith(BootstrapUser, StringComparison.Ordinal))
            return $"'{requester}' filed it, which is neither a bootstrap token nor the machine itself";
        if (tokenSecret is not null && tokenSecret != "bootstrap-token-" + requester[BootstrapUser.Length..])
            return $"'{requester}' filed it, but the Machine's token is that of {tokenSecret}";
        return tokenSecret is not null || keyIsKnown
            ? null
            : "nothing ties the token to this machine: name its Secret in the Machine's spec.kubernetes.bootstrapTokenRef, or give the key that the machine's own status shows with --key";
    }

    private static Asked? Read(SigningRequest request)
    {
        try
        {
            if (!IsAlone(request.Pkcs10))
                return null;
            var parsed = CertificateRequest.LoadSigningRequestPem(
                request.Pkcs10, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            return new(
                parsed.SubjectName.Name,
                CommonName(parsed),
                MachineKey.FingerprintOf(parsed.PublicKey.ExportSubjectPublicKeyInfo()),
                IsOnCurve(parsed.PublicKey),
                parsed.CertificateExtensions.Count > 0 || parsed.OtherRequestAttributes.Count > 0);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or AsnContentException or NotSupportedException or FormatException)
        {
            // Anybody may file anything, also what this platform has no algorithm for.
            return null;
        }
    }

    // Who signs takes the first block that it understands, and it understands others than this reader: so there must be one, and nothing before or behind it.
    private static bool IsAlone(string pem)
    {
        var text = pem.AsSpan().TrimEnd('\n');
        return PemEncoding.TryFind(text, out var found) && text[found.Location].Length == text.Length && text[found.Label].SequenceEqual("CERTIFICATE REQUEST");
    }

    // The only part of the name, or the name is more than a machine's.
    private static string? CommonName(CertificateRequest request)
    {
        var parts = request.SubjectName.EnumerateRelativeDistinguishedNames().ToList();
        return parts is [{ HasMultipleElements: false } part] && part.GetSingleElementType().Value == "2.5.4.3" ? part.GetSingleElementValue() : null;
    }

    private static bool IsOnCurve(PublicKey key)
    {
        using var ec = key.GetECDsaPublicKey();
        return ec is not null && ec.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == Curve;
    }

    // What a request asks for, as far as it is judged.
    private sealed record Asked(string Subject, string? CommonName, string Fingerprint, bool IsOnCurve, bool HasMore);
}
