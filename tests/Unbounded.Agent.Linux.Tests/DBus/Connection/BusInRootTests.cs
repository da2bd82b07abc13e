using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.Tests.DBus.Bus;

namespace Unbounded.Agent.Linux.Tests.DBus.Connection;

/// <summary>A bus below a root whose links are not trusted; the bus is a real one.</summary>
public sealed class BusInRootTests : IAsyncLifetime
{
    private const string InRoot = "/run/dbus/system_bus_socket";
    private readonly DirectoryInfo _other = Directory.CreateTempSubdirectory("root-");
    private PrivateBus _bus = null!;

    // The bus' own directory is the root: its socket is at /system_bus_socket in there.
    private string Root => Path.GetDirectoryName(_bus.Socket)!;

    public async Task InitializeAsync() => _bus = await PrivateBus.StartAsync();

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        _other.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/system_bus_socket")]
    [InlineData("../../system_bus_socket")]
    [InlineData("../../../../../../../../system_bus_socket")]
    public async Task ConnectAsync_LinkWithinTheRoot_IsFollowedThere(string target)
    {
        Link(Root + InRoot, target);

        Assert.NotEmpty(await NameOnAsync(Root));
    }

    [Fact]
    public async Task ConnectAsync_DirectoryThatIsAnAbsoluteLink_IsFollowedWithinTheRoot()
    {
        Directory.CreateSymbolicLink(Root + "/run", "/var/state");
        Link(Root + "/var/state/dbus/system_bus_socket", "/system_bus_socket");

        Assert.NotEmpty(await NameOnAsync(Root));
    }

    [Fact]
    public async Task ConnectAsync_BusThatCameBack_IsFoundAnew()
    {
        Link(Root + InRoot, "/system_bus_socket");
        await NameOnAsync(Root);
        await _bus.KillAsync();
        await _bus.RunAsync();

        Assert.NotEmpty(await NameOnAsync(Root));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Law16_ConnectAsync_LinkToABusOutsideTheRoot_IsRefused(bool directory)
    {
        if (directory)
        {
            Directory.CreateDirectory(_other.FullName + "/run");
            Directory.CreateSymbolicLink(_other.FullName + "/run/dbus", Root);
        }
        else
        {
            Link(_other.FullName + InRoot, _bus.Socket);
        }

        await using var direct = await BusConnection.ConnectAsync(
            new BusAddress($"unix:path={_other.FullName}{InRoot}", "the link as the kernel follows it"), new BusConnectionOptions(), CancellationToken.None);

        await RefusedAsync("No such file");
    }

    [Fact]
    public async Task Law16_ConnectAsync_LinkToItself_IsNotTheHostsBus()
    {
        Link(_other.FullName + InRoot, InRoot);

        await RefusedAsync("symbolic links");
    }

    [Fact]
    public async Task Law16_ConnectAsync_LinkThroughProc_IsRefused()
    {
        Link(_other.FullName + InRoot, $"/proc/self/root{_bus.Socket}");

        await RefusedAsync("No such file");
    }

    [Fact]
    public async Task ConnectAsync_FileThatIsNoSocket_IsRefused()
    {
        Directory.CreateDirectory(_other.FullName + "/run/dbus");
        await File.WriteAllTextAsync(_other.FullName + InRoot, "unix:path=/elsewhere");

        await RefusedAsync("non-socket");
    }

    [Fact]
    public async Task ConnectAsync_NoSuchRoot_IsRefused()
    {
        _other.Delete();

        try
        {
            await RefusedAsync("No such file");
        }
        finally
        {
            _other.Create();
        }
    }

    private static void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }

    private static async Task<string> NameOnAsync(string root)
    {
        await using var connection = await BusConnection.ConnectAsync(
            BusAddress.InRoot(root, "the bus in a root"), new BusConnectionOptions(), CancellationToken.None);
        return await connection.CallAsync(
            new BusCall("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"),
            static reader => reader.ReadString(),
            CancellationToken.None);
    }

    private async Task RefusedAsync(string why)
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => NameOnAsync(_other.FullName));

        Assert.Equal(LinuxErrors.BusUnavailable, error.Code);
        Assert.Contains("the bus in a root", error.What, StringComparison.Ordinal);
        Assert.Contains(why, error.Why, StringComparison.Ordinal);
        Assert.Contains(_other.FullName + InRoot, error.Why, StringComparison.Ordinal);
    }
}
