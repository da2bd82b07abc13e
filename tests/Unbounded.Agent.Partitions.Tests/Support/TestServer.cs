using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>An HTTP server that can break off in the middle of a body, change its files and forget what ranges are.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _silent = [];
    private readonly Task _serving;

    public TestServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of a body after which a connection breaks, in order of the requests; none left: bodies are whole.</summary>
    public Queue<int> Cuts { get; } = [];

    /// <summary>Bytes of a body after which the server falls silent, in order of the requests; none left: it does not.</summary>
    public Queue<int> Stalls { get; } = [];

    /// <summary>Statuses that are answered before anything else, in order of the requests.</summary>
    public Queue<int> Statuses { get; } = [];

    /// <summary>First byte that each request asked for.</summary>
    public List<long> Ranges { get; } = [];

    /// <summary>Paths that were asked for, in order.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Bytes of bodies that were sent, by path.</summary>
    public Dictionary<string, long> Sent { get; } = new(StringComparer.Ordinal);

    public string ETag { get; set; } = "\"one\"";

    public bool KnowsRanges { get; set; } = true;

    public Uri Url(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{path}");

    public void Dispose()
    {
        _listener.Dispose();
        _serving.GetAwaiter().GetResult();
        _silent.ForEach(c => c.Dispose());
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (await AnswerAsync(client))
                    client.Dispose();
                else
                    _silent.Add(client);
            }
            catch (Exception e) when (e is IOException or SocketException && _listener.Server.IsBound)
            {
                // The client has gone: the next one is served.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task<bool> AnswerAsync(TcpClient client)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        // A client may open a connection and never use it.
        if (await reader.ReadLineAsync() is not { } request)
            return true;
        var path = request.Split(' ')[1];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            headers[line.Split(':', 2)[0]] = line.Split(':', 2)[1].Trim();

        var asked = headers.TryGetValue("Range", out var range) ? range["bytes=".Length..].Split('-') : null;
        var from = asked is null ? 0 : long.Parse(asked[0], CultureInfo.InvariantCulture);
        Ranges.Add(from);
        Paths.Add(path);
        if (Statuses.TryDequeue(out var status))
        {
            await SendAsync(stream, status, "", []);
            return true;
        }

        if (!Files.TryGetValue(path, out var content))
        {
            await SendAsync(stream, 404, "", []);
            return true;
        }

        var same = !headers.TryGetValue("If-Range", out var validator) || validator == ETag;
        var part = asked is not null && KnowsRanges && same;
        var to = asked is [_, { Length: > 0 } last] ? Math.Min(long.Parse(last, CultureInfo.InvariantCulture), content.Length - 1) : content.Length - 1;
        var stalls = Stalls.TryDequeue(out var stall);
        var body = part ? content[(int)from..((int)to + 1)] : content;
        Sent[path] = Sent.GetValueOrDefault(path) + body.Length;
        await SendAsync(
            stream,
            part ? 206 : 200,
            $"ETag: {ETag}\r\n{(part ? $"Content-Range: bytes {from}-{to}/{content.Length}\r\n" : "")}",
            body,
            stalls ? stall : Cuts.TryDequeue(out var cut) ? cut : body.Length);
        return !stalls;
    }

    private static async Task SendAsync(NetworkStream stream, int status, string headers, byte[] body, int? cut = null)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n"));
        await stream.WriteAsync(body.AsMemory(0, Math.Min(cut ?? body.Length, body.Length)));
        await stream.FlushAsync();
    }
}
