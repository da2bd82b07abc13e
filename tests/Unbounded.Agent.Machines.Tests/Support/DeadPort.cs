using System.Net;
using System.Net.Sockets;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A port of loopback that refuses every connection, and that nobody else is given while it is held.</summary>
internal sealed class DeadPort : IDisposable
{
    // Bound, and never made to listen.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeadPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
