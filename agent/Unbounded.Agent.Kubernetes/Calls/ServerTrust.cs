using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Verifies the server, always: its chain leads to the configured authorities alone, its name is the address's.</summary>
internal sealed class ServerTrust
{
    private readonly X509Certificate2Collection? _authorities;

    /// <exception cref="AgentException"><see cref="KubernetesErrors.CredentialsUnusable"/>: the authorities are no certificates.</exception>
    public ServerTrust(ClusterEndpoint endpoint)
    {
        if (endpoint.Authorities is null)
            return;
        _authorities = [];
        try
        {
            _authorities.ImportFromPem(endpoint.Authorities);
        }
        catch (CryptographicException e)
        {
            throw NoAuthorities(e.Message, e);
        }

        if (_authorities.Count == 0)
            throw NoAuthorities("it holds no certificate in PEM", null);
    }

    /// <summary>Why the last server was refused; null when none was.</summary>
    public string? Problem { get; private set; }

    public bool Verify(object sender, X509Certificate? certificate, X509Chain? offered, SslPolicyErrors errors)
    {
        Problem = certificate is null ? "it showed no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"its certificate is for another name: {certificate.Subject}"
            : _authorities is null ? (errors == SslPolicyErrors.None ? null : $"no authority of this host signed its certificate ({errors})")
            : ChainProblem(certificate, offered);
        return Problem is null;
    }

    private string? ChainProblem(X509Certificate certificate, X509Chain? offered)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var element in offered?.ChainElements.Skip(1) ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        if (chain.Build(leaf))
            return null;
        var said = string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
        return $"its certificate ({leaf.Subject}, valid {leaf.NotBefore:yyyy-MM-dd} to {leaf.NotAfter:yyyy-MM-dd}) was not signed by the configured authority: {said}";
    }

    private static AgentException NoAuthorities(string why, Exception? inner) => new(
        KubernetesErrors.CredentialsUnusable,
        "the certificate authority of the cluster can't be used",
        why,
        "correct Cluster.CaCertBase64, or the kubeconfig's certificate-authority",
        inner);
}
