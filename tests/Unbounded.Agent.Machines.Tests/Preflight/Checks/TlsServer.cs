using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

/// <summary>Shakes hands over TLS with whoever comes.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly SslStreamCertificateContext _context;
    private readonly Task _serving;

    private TlsServer(X509Certificate2 certificate, X509Certificate2Collection sentAlong)
    {
        _certificate = certificate;
        _context = SslStreamCertificateContext.Create(certificate, sentAlong, offline: true);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Starts one.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="sentAlong">Those of intermediate authorities that it sends along.</param>
    public static TlsServer Start(X509Certificate2 certificate, params X509Certificate2[] sentAlong) => new(certificate, [.. sentAlong]);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _context });
                await tls.CopyToAsync(Stream.Null);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client did not trust this server: part of the tests.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
