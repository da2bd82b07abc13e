using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Cluster;

/// <summary>Reaches an API server over TCP and lets it prove with TLS that it is the one that the configuration's CA vouches for.</summary>
internal sealed class ApiServerProbe(TimeProvider time)
{
    // A handshake over a way that needs 2 s each time ends well within it.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);

    /// <summary>Asks once. Sends nothing.</summary>
    /// <param name="server">Its URL.</param>
    /// <param name="cluster">Whose CA it must have.</param>
    /// <param name="cancellationToken">Bounds the attempt.</param>
    public async Task<ApiServerAnswer> AskAsync(string server, ClusterConfig cluster, CancellationToken cancellationToken)
    {
        var url = new Uri(server);
        if (!string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
            return new(ApiServerState.NoTls, $"{server} is not https");
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(url.Host, url.Port, either.Token);
            return await HandshakeAsync(socket.GetStream(), url, cluster, either.Token);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Also something that takes connections for a server that is gone: what closes them unheard is not the server.
            return new(ApiServerState.NotReached, $"{url.Host} port {url.Port}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(ApiServerState.NotReached, $"{url.Host} port {url.Port}: no answer within {Limit.TotalSeconds:0} s");
        }
    }

    private async Task<ApiServerAnswer> HandshakeAsync(NetworkStream stream, Uri url, ClusterConfig cluster, CancellationToken cancellationToken)
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
                    RemoteCertificateValidationCallback = (_, certificate, shown, errors) =>
                        (problem = Refusal(certificate, shown, errors, authorities.Certificates)).Length == 0,
                },
                cancellationToken);
        }
        catch (AuthenticationException e)
        {
            return new(ApiServerState.NotTrusted, $"{url.Host} port {url.Port} is reached, but not trusted: {(problem.Length == 0 ? e.Message : problem)}");
        }

        return new(ApiServerState.Trusted, $"{url.Host} port {url.Port} is reached and trusted ({tls.SslProtocol})");
    }

    private string Refusal(X509Certificate? certificate, X509Chain? shown, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is not X509Certificate2 leaf)
            return "it shows no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // What the server sends along: its certificate may be that of an intermediate authority, which nobody else has.
        chain.ChainPolicy.ExtraStore.AddRange(shown?.ChainPolicy.ExtraStore ?? []);
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
