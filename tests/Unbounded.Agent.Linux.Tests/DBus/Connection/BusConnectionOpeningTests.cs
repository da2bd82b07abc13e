using System.Net.Sockets;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.Tests.DBus.Bus;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

public sealed class BusConnectionOpeningTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("open-");

    private string Socket => Path.Combine(_directory.FullName, "socket");

    private BusAddress Address => new($"unix:path={Socket}", "the test's bus");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task ConnectAsync_NoSocket_UnavailableWithAddress()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => ConnectAsync(new BusConnectionOptions()));

        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
        Assert.Contains(Socket, error.Why, StringComparison.Ordinal);
        Assert.Contains("the test's bus", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("unix:nothing=1")]
    [InlineData("unix:path=/a%zz")]
    public async Task ConnectAsync_InvalidAddress_Unavailable(string address)
    {
        var error = await Assert.ThrowsAsync<AgentException>(
            () => BusConnection.ConnectAsync(new BusAddress(address, "no bus"), new BusConnectionOptions(), CancellationToken.None));

        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
    }

    [Fact]
    public async Task ConnectAsync_SocketWithoutListener_Unavailable()
    {
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            stale.Bind(new UnixDomainSocketEndPoint(Socket));
        await File.WriteAllTextAsync(Socket + ".keep", "");

        var error = await Assert.ThrowsAsync<AgentException>(() => ConnectAsync(new BusConnectionOptions()));

        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
    }

    [Fact]
    public async Task ConnectAsync_ListenerThatSaysNothing_UnavailableAfterTheTime()
    {
        using var listener = Listen();
        var time = new ManualTime();
        var connecting = ConnectAsync(new BusConnectionOptions { Time = time, ConnectTimeout = TimeSpan.FromSeconds(7) });
        using var peer = await listener.AcceptAsync();

        time.Advance(TimeSpan.FromSeconds(7));

        var error = await Assert.ThrowsAsync<AgentException>(() => connecting);
        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
        Assert.Contains("7 s", error.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("REJECTED EXTERNAL\r\n")]
    [InlineData("")]
    public async Task ConnectAsync_ListenerThatIsNoBus_FailsWithCode(string answer)
    {
        using var listener = Listen();
        var connecting = ConnectAsync(new BusConnectionOptions());
        using (var peer = await listener.AcceptAsync())
        {
            await peer.ReceiveAsync(new byte[4096]);
            await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        }

        var error = await Assert.ThrowsAsync<AgentException>(() => connecting);

        Assert.Contains(error.Code, new[] { LinuxErrors.BusUnavailable, LinuxErrors.BusAccessDenied });
    }

    [Fact]
    public async Task ConnectAsync_PolicyForbidsUser_FailsWithCode()
    {
        await using var bus = await PrivateBus.StartAsync($"<deny user=\"{Environment.UserName}\"/>");

        var error = await Assert.ThrowsAsync<AgentException>(
            () => BusConnection.ConnectAsync(new BusAddress(bus.Address, "a bus for others"), new BusConnectionOptions(), CancellationToken.None));

        Assert.Contains(error.Code, new[] { LinuxErrors.BusUnavailable, LinuxErrors.BusAccessDenied });
    }

    [Fact]
    public async Task ConnectAsync_WaitForSocket_ConnectsWhenTheBusComes()
    {
        await using var bus = await PrivateBus.StartAsync();
        await bus.KillAsync();
        File.Delete(bus.Socket);
        var connecting = BusConnection.ConnectAsync(
            new BusAddress(bus.Address, "a bus to come"), new BusConnectionOptions { WaitForSocket = true }, CancellationToken.None);

        await bus.RunAsync();

        await using var connection = await connecting;
        Assert.False(connection.Ended.IsCompleted);
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_Ends()
    {
        using var listener = Listen();
        using var cancel = new CancellationTokenSource();
        var connecting = BusConnection.ConnectAsync(Address, new BusConnectionOptions(), cancel.Token);
        using var peer = await listener.AcceptAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    private Task<BusConnection> ConnectAsync(BusConnectionOptions options) => BusConnection.ConnectAsync(Address, options, CancellationToken.None);

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        return listener;
    }
}
