using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>The connections of one identity. Another certificate takes new ones: what runs over the old goes on to its end.</summary>
internal sealed class Connection : IDisposable
{
    // The kernel finds out that a peer is gone, a minute after its last word: nothing in this process wakes up for it.
    private const int KeepAliveSeconds = 30;
    private const int KeepAliveInterval = 10;
    private const int KeepAliveProbes = 3;

    public Connection(ClusterEndpoint endpoint, X509Certificate2? certificate, ClientOptions options)
    {
        Certificate = certificate;
        Trust = new ServerTrust(endpoint);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = Trust.Verify,
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
            },
        };
        Http = new HttpClient(handler) { BaseAddress = endpoint.Server, Timeout = Timeout.InfiniteTimeSpan };
        Http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        Http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public X509Certificate2? Certificate { get; }

    public ServerTrust Trust { get; }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
