using System.Net;
using System.Net.Sockets;

namespace Unbounded.Agent.Linux.Sockets;

/// <summary>HTTP over a Unix socket.</summary>
public static class UnixHttp
{
    /// <summary>A client whose every connection goes to one socket. The host part of its requests is of no account.</summary>
    /// <param name="socketPath">The socket.</param>
    /// <param name="version">The protocol spoken, without negotiation: 2.0 is HTTP/2 with prior knowledge, as gRPC uses it.</param>
    public static HttpClient Client(string socketPath, Version version)
    {
        var handler = new SocketsHttpHandler
        {
            // Neither a proxy of the environment nor a redirect has any business on a socket of this host.
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri("http://localhost"),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = version == HttpVersion.Version20 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
