using System.Net.Sockets;
using System.Text;

namespace Unbounded.Agent.Linux.Tests.Sockets;

/// <summary>Listens on a Unix socket, and gives every connection the same answer to its first request.</summary>
internal sealed class OneAnswerServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    public OneAnswerServer(string path, string answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _serving = ServeAsync(answer);
    }

    /// <summary>Head of every request that came, in order.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync(string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptAsync();
                var request = new StringBuilder();
                var buffer = new byte[4096];
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await connection.ReceiveAsync(buffer);
                    if (read == 0)
                        break;
                    request.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                Requests.Add(request.ToString());
                await connection.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (SocketException)
        {
            // The listener was closed.
        }
    }
}
