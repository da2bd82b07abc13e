using System.Net;
using System.Net.Sockets;
using System.Text;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Metrics;

/// <summary>
/// Answers <c>GET /metrics</c>, and nothing else: one request a connection, one connection at a time, so that whoever asks can take neither memory nor time
/// from the transition.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private const int LongestRequest = 8 * 1024;
    private const int Waiting = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long it waits where nobody can be let in: without a free file descriptor the next try would fail as fast as the one before.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly PrometheusText _text;
    private readonly TimeProvider _time;
    private readonly Func<Socket, CancellationToken, ValueTask<Socket>> _accept;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="text">What is answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="accept">Lets the next client in; null for the kernel's own way.</param>
    /// <exception cref="AgentException">It can't be listened there.</exception>
    public MetricsServer(IPEndPoint endpoint, PrometheusText text, TimeProvider time, Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        (_text, _time) = (text, time);
        _accept = accept ?? (static (listener, stop) => listener.AcceptAsync(stop));
        _listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endpoint);
            _listener.Listen(Waiting);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new AgentException(
                FrontDoorErrors.MetricsUnavailable,
                $"Metrics can't be offered at {endpoint}",
                e.Message,
                "Free the port, or name another one: --metrics ADDRESS:PORT, or metrics in /etc/unbounded/update.conf",
                e);
        }

        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await AcceptAsync();
                using var patience = new CancellationTokenSource(Patience, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
                await AnswerAsync(client, either.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // Whoever asked has gone, or this ends.
            }
        }
    }

    private async Task<Socket> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _accept(_listener, _stop.Token);
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, _time, _stop.Token);
            }
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken stop)
    {
        var request = new byte[LongestRequest];
        var length = 0;
        while (request.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0 && length < request.Length)
        {
            var read = await client.ReceiveAsync(request.AsMemory(length), SocketFlags.None, stop);
            if (read == 0)
                return;
            length += read;
        }

        var line = Encoding.Latin1.GetString(request.AsSpan(0, length)).Split("\r\n")[0].Split(' ');
        var (status, body) = line switch
        {
            ["GET" or "HEAD", var path, _] when path.Split('?')[0] == "/metrics" => ("200 OK", _text.Write()),
            ["GET" or "HEAD", ..] => ("404 Not Found", "only /metrics is here\n"),
            _ => ("405 Method Not Allowed", "only GET is answered\n"),
        };
        var content = Encoding.UTF8.GetBytes(body);
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {PrometheusText.ContentType}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n");
        byte[] answer = line[0] == "HEAD" ? head : [.. head, .. content];
        for (var sent = 0; sent < answer.Length;)
            sent += await client.SendAsync(answer.AsMemory(sent), SocketFlags.None, stop);
        client.Shutdown(SocketShutdown.Send);
    }
}
