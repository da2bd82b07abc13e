using System.Net.Sockets;
using System.Text;

namespace Unbounded.Agent.Linux.Tests.Notify;

/// <summary>The service manager's end: a datagram socket in the file system or in the abstract name space.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly DirectoryInfo? _directory;

    public NotifySocket(bool isAbstract)
    {
        if (isAbstract)
        {
            Address = $"@unbounded-test-{Guid.NewGuid():N}";
            _socket.Bind(new UnixDomainSocketEndPoint('\0' + Address[1..]));
        }
        else
        {
            _directory = Directory.CreateTempSubdirectory("notify-");
            Address = Path.Combine(_directory.FullName, "notify");
            _socket.Bind(new UnixDomainSocketEndPoint(Address));
        }

        _socket.ReceiveTimeout = 10_000;
    }

    public string Address { get; }

    public bool IsEmpty => _socket.Available == 0;

    public string Receive()
    {
        var buffer = new byte[8192];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (Directory.Exists(_directory?.FullName))
            _directory.Delete(recursive: true);
    }
}
