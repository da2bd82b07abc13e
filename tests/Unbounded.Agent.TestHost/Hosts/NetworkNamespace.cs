using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>Sockets in another process's network: a socket belongs to the namespace of the thread that made it, for good.</summary>
internal static partial class NetworkNamespace
{
    private const int NewNet = 0x4000_0000;

    /// <summary>A client whose connections start inside the network of <paramref name="pid"/>; addresses and localhost only.</summary>
    public static HttpClient CreateHttpClient(int pid)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var host = context.DnsEndPoint.Host;
                var address = host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host);
                var socket = CreateSocket(pid, address.AddressFamily);
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler);
    }

    /// <summary>A socket that listens on the loopback of <paramref name="pid"/>'s network.</summary>
    public static Socket Listen(int pid, int port)
    {
        var socket = CreateSocket(pid, AddressFamily.InterNetwork);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // a thread of its own, which ends in the foreign namespace: no pooled thread may stay there
    private static Socket CreateSocket(int pid, AddressFamily family)
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var target = File.OpenHandle($"/proc/{pid}/ns/net", share: FileShare.ReadWrite);
                if (setns((int)target.DangerousGetHandle(), NewNet) != 0)
                    throw new IOException($"setns into the network of {pid}: errno {Marshal.GetLastPInvokeError()}.");
                socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new HttpRequestException($"No socket in the network of process {pid}.", failure);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int fd, int type);
}
