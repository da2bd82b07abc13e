using System.Net;
using System.Net.Sockets;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>The only way from a test host's network to the API server: can be cut and mended, and made slow.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly Task _accepting;
    private bool _cut;
    private TimeSpan _latency;

    /// <param name="host">The host.</param>
    /// <param name="port">The server's port on this machine's loopback, and the relay's on the host's.</param>
    public Relay(SystemdHost host, int port)
    {
        _server = new IPEndPoint(IPAddress.Loopback, port);
        _listener = host.Listen(port);
        _accepting = AcceptAsync();
    }

    /// <summary>How long each of the server's words is under way from now on.</summary>
    public void Slow(TimeSpan latency)
    {
        lock (_lock)
            _latency = latency;
    }

    /// <summary>Every connection breaks, and none can be made.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _cut = true;
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
        }
    }

    /// <summary>Connections can be made again.</summary>
    public void Mend()
    {
        lock (_lock)
            _cut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptAsync(_ended.Token));
    }

    private async Task ServeAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                lock (_lock)
                {
                    if (_cut)
                    {
                        near.Close(0);
                        return;
                    }

                    _open.Add(near);
                    _open.Add(far);
                }

                await far.ConnectAsync(_server, _ended.Token);
                await Task.WhenAny(PumpAsync(near, far, () => TimeSpan.Zero), PumpAsync(far, near, Latency));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Cut.
            }
            finally
            {
                lock (_lock)
                {
                    _open.Remove(near);
                    _open.Remove(far);
                }
            }
        }
    }

    private TimeSpan Latency()
    {
        lock (_lock)
            return _latency;
    }

    private async Task PumpAsync(Socket from, Socket to, Func<TimeSpan> latency)
    {
        var part = new byte[16 << 10];
        int read;
        while ((read = await from.ReceiveAsync(part, _ended.Token)) > 0)
        {
            if (latency() is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, _ended.Token);
            for (var sent = 0; sent < read;)
                sent += await to.SendAsync(part.AsMemory(sent, read - sent), _ended.Token);
        }
    }
}
