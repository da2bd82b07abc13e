using System.Net;
using System.Net.Sockets;
using Unbounded.Agent.Linux.Sockets;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Linux.Tests.Files;

namespace Unbounded.Agent.Linux.Tests.Sockets;

public sealed class TcpListenersTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Holder_OwnListener_IsThisProcess(string address)
    {
        using var listener = Listen(address);

        var inodes = TcpListeners.Inodes(Environment.ProcessId, Port(listener));

        Assert.Single(inodes);
        Assert.Equal(Environment.ProcessId, TcpListeners.Holder([Environment.ProcessId], inodes));
    }

    [Fact]
    public void Holder_AnotherProcess_IsNull()
    {
        using var listener = Listen("127.0.0.1");
        using var cgroup = new TestCgroup();
        var other = cgroup.Polite(cgroup.Child("other"));

        Assert.Null(TcpListeners.Holder([other.Id], TcpListeners.Inodes(Environment.ProcessId, Port(listener))));
    }

    [Fact]
    public void Holder_SeveralProcesses_FindsTheOneThatListens()
    {
        using var listener = Listen("127.0.0.1");
        using var cgroup = new TestCgroup();
        var other = cgroup.Polite(cgroup.Child("other"));

        Assert.Equal(
            Environment.ProcessId,
            TcpListeners.Holder([other.Id, int.MaxValue, Environment.ProcessId], TcpListeners.Inodes(Environment.ProcessId, Port(listener))));
    }

    [Fact]
    public void Holder_NoInodes_IsNull() => Assert.Null(TcpListeners.Holder([Environment.ProcessId], new HashSet<long>()));

    [Fact]
    public async Task Holder_ProcessThatOpensAndClosesFilesAllTheTime_IsStillFound()
    {
        using var directory = new TempDirectory();
        // Opened first: their descriptors are looked at before the listener's.
        var files = Open();
        using var listener = Listen("127.0.0.1");
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    files.ForEach(f => f.Dispose());
                    files = Open();
                }
            },
            CancellationToken.None);
        var inodes = TcpListeners.Inodes(Environment.ProcessId, Port(listener));

        for (var i = 0; i < 300; i++)
            Assert.NotNull(TcpListeners.Holder([Environment.ProcessId], inodes));

        await stop.CancelAsync();
        await churn;
        files.ForEach(f => f.Dispose());

        List<FileStream> Open() => [.. Enumerable.Range(0, 40).Select(i => File.Create(directory.File($"{i}")))];
    }

    [Fact]
    public void Inodes_PortThatNobodyListensOn_IsNone()
    {
        // Bound, so that nobody else takes it meanwhile.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Empty(TcpListeners.Inodes(Environment.ProcessId, Port(socket)));
    }

    [Fact]
    public async Task Inodes_ConnectionsToThePort_AreNoListeners()
    {
        using var listener = Listen("127.0.0.1");
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync();

        Assert.Single(TcpListeners.Inodes(Environment.ProcessId, Port(listener)));
        Assert.Empty(TcpListeners.Inodes(Environment.ProcessId, Port(client)));
    }

    [Fact]
    public void Inodes_OtherNetworkNamespace_IsThatOnes()
    {
        using var listener = Listen("127.0.0.1");
        using var cgroup = new TestCgroup();
        var elsewhere = cgroup.Run(cgroup.Child("a"), "exec unshare --net sh -c 'echo ready; sleep 1000; :'");

        Assert.Empty(TcpListeners.Inodes(elsewhere.Id, Port(listener)));
    }

    [Fact]
    public void Inodes_ProcessThatHasEnded_IsNone() => Assert.Empty(TcpListeners.Inodes(int.MaxValue, 80));

    [Theory]
    [InlineData("   0: 0100007F:2808 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0", 10248, 4711L)]
    [InlineData("   1: 00000000000000000000000000000000:280A 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0", 10250, 9L)]
    public void ParseListener_ListeningSocket_IsItsPortAndInode(string line, int port, long inode) =>
        Assert.Equal((port, inode), TcpListeners.ParseListener(line));

    [Theory]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode")]
    [InlineData("   0: 0100007F:2808 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4711 1")]
    [InlineData("   0: 0100007F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1")]
    [InlineData("   0: 0100007F:ZZ 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1")]
    [InlineData("   0: 0100007F:2808 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 x 1")]
    [InlineData("")]
    public void ParseListener_AnythingElse_IsNull(string line) => Assert.Null(TcpListeners.ParseListener(line));

    private static Socket Listen(string address)
    {
        var parsed = IPAddress.Parse(address);
        var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(parsed, 0));
        socket.Listen();
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
