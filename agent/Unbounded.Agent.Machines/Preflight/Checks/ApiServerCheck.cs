using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The API server is reached over TCP and proves with TLS that it is the one that the configuration's CA vouches for.</summary>
internal sealed class ApiServerCheck(TimeProvider time) : IPreflightCheck
{
    public string Name => "api-server";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (input.Config is not { } config)
            return PreflightFinding.Skipped("there is no valid configuration");
        if (config.Kubelet.ApiServer is not { } server)
            return PreflightFinding.Skipped("the kubelet stands alone: there is no API server");
        var url = new Uri(server);
        if (!string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
            return PreflightFinding.Error($"{server} is not https", "Use the API server's TLS port");
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(url.Host, url.Port, cancellationToken);
        }
        catch (SocketException e)
        {
            return PreflightFinding.Error($"{url.Host} port {url.Port}: {e.Message}", "See that the name resolves, the network is up, and no firewall is between");
        }

        return await HandshakeAsync(socket.GetStream(), url, config.Cluster, cancellationToken);
    }

    private async Task<PreflightFinding> HandshakeAsync(NetworkStream stream, Uri url, ClusterConfig cluster, CancellationToken cancellationToken)
    {
        using var authorities = Authorities(cluster.CaCertBase64);
        var problem = "";
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = url.Host,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => (problem = Refusal(certificate, errors, authorities.Certificates)).Length == 0,
                },
                cancellationToken);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return PreflightFinding.Error(
                $"{url.Host} port {url.Port} is reached, but not trusted: {(problem.Length == 0 ? e.Message : problem)}",
                "Compare Cluster.CaCertBase64 with the cluster's CA, Kubelet.ApiServer with the certificate's names, and the clock with the real time");
        }

        return PreflightFinding.Ok($"{url.Host} port {url.Port} is reached and trusted ({tls.SslProtocol})");
    }

    private string Refusal(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is not X509Certificate2 leaf)
            return "it shows no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (!chain.Build(leaf))
            return $"certificate of '{leaf.Subject}' by '{leaf.Issuer}': {string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}";
        return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None
            ? $"the certificate of '{leaf.Subject}' is not for this name"
            : "";
    }

    private static AuthoritySet Authorities(string? base64)
    {
        var set = new AuthoritySet([]);
        if (base64 is not null)
            set.Certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(base64)));
        return set;
    }

    private sealed record AuthoritySet(X509Certificate2Collection Certificates) : IDisposable
    {
        public void Dispose()
        {
            foreach (var certificate in Certificates)
                certificate.Dispose();
        }
    }
}
