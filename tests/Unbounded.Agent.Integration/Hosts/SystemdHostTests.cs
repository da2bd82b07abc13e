using System.Net.Sockets;
using System.Text;
using Unbounded.Agent.TestHost.Hosts;
using Unbounded.Agent.TestHost.Images;

namespace Unbounded.Agent.Integration.Hosts;

/// <summary>What every other integration test takes for granted of its host.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SystemdHostTests(SystemdHosts hosts)
{
    public static IEnumerable<object[]> SelectedSuites => Suites.Selected;

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_Suite_BootsItsSystemdWithNothingFailed(string suite)
    {
        var host = await hosts.OnAsync(suite);

        var version = await host.RunAsync("systemctl", "--version");

        Assert.StartsWith(suite == Suites.Bookworm ? "systemd 252 " : "systemd 257 ", version, StringComparison.Ordinal);
        Assert.Equal("", await host.RunAsync("systemctl", "--failed", "--no-legend"));
        Assert.Equal("systemd", (await File.ReadAllTextAsync(host.PathOf("/proc/1/comm"))).Trim());
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_NoFirstBoot_LeavesUnitsAsTheImageHasThem(string suite)
    {
        var host = await hosts.OnAsync(suite);

        Assert.DoesNotContain("preset unit settings", await host.JournalAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Matches("^[0-9a-f]{32}$", (await File.ReadAllTextAsync(host.PathOf("/etc/machine-id"))).Trim());
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_Machined_AnswersOnTheBus(string suite)
    {
        var host = await hosts.OnAsync(suite);

        var pool = await host.RunAsync(
            "busctl", "get-property", "org.freedesktop.machine1", "/org/freedesktop/machine1", "org.freedesktop.machine1.Manager", "PoolPath");

        Assert.Equal("s \"/var/lib/machines\"", pool);
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task BusAddress_FromOutside_TakesRootAsAPeer(string suite)
    {
        var host = await hosts.OnAsync(suite);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.BusAddress["unix:path=".Length..]));

        // D-Bus specification, "Authentication Protocol": a zero byte, then the user ID 0 as hexadecimal of its digits
        await socket.SendAsync(Encoding.ASCII.GetBytes("\0AUTH EXTERNAL 30\r\n"));
        var answer = new byte[256];
        var length = await socket.ReceiveAsync(answer);

        Assert.Matches("^OK [0-9a-f]{32}\r\n$", Encoding.ASCII.GetString(answer, 0, length));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_VarLib_CanHoldOverlays(string suite)
    {
        var host = await hosts.OnAsync(suite);

        await host.ShellAsync(
            """
            cd /var/lib && mkdir -p o/lower o/upper o/work o/merged && touch o/lower/below
            mount -t overlay none -o lowerdir=o/lower,upperdir=o/upper,workdir=o/work o/merged
            test -e o/merged/below && umount o/merged && rm -r o
            """);

        Assert.True(File.Exists(Path.Combine(host.Directory.VarLib, "dpkg/status")), "what the image had in /var/lib is gone");
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_SharedDirectory_IsSeenFromBothSides(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await File.WriteAllTextAsync(Path.Combine(host.Directory.Share, "question"), "from outside");

        await host.ShellAsync("sed s/outside/inside/ /share/question >/share/answer");

        Assert.Equal("from inside", await File.ReadAllTextAsync(Path.Combine(host.Directory.Share, "answer")));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task StartAsync_NodeImages_AreThereAndReadOnly(string suite)
    {
        var host = await hosts.OnAsync(suite);

        await host.ShellAsync($"cd {SystemdHost.ImagesMount} && test -e {NodeImages.Layout}/index.json -a -e {NodeImages.ArchiveZstd} -a -e {NodeImages.ArchiveGzip}");
        var write = await host.ExecAsync("touch", $"{SystemdHost.ImagesMount}/{NodeImages.Unpacked}/mark");

        Assert.Contains("Read-only file system", write.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task CreateHttpClient_ServerInside_IsReachedAndNotSharedWithThisMachine(string suite)
    {
        var host = await hosts.OnAsync(suite);
        await host.ShellAsync(
            $"""
            mkdir -p /run/www && echo {suite} >/run/www/index.html
            systemd-run --quiet --collect --unit=www --service-type=forking {SystemdHost.BinariesMount}/busybox httpd -p 127.0.0.1:28461 -h /run/www
            """);
        using var inside = host.CreateHttpClient();
        using var outside = new HttpClient();

        var page = await inside.GetStringAsync(new Uri("http://localhost:28461/index.html"));

        Assert.Equal(suite + "\n", page);
        await Assert.ThrowsAsync<HttpRequestException>(() => outside.GetStringAsync(new Uri("http://localhost:28461/index.html")));
        await host.RunAsync("systemctl", "stop", "www");
        await Assert.ThrowsAsync<HttpRequestException>(() => inside.GetStringAsync(new Uri("http://localhost:28461/other")));
    }

    [Theory]
    [MemberData(nameof(SelectedSuites))]
    public async Task RunAsync_FailingCommand_ThrowsWithWhatItSaid(string suite)
    {
        var host = await hosts.OnAsync(suite);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.ShellAsync("echo reason >&2; exit 3"));

        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("reason", error.Message, StringComparison.Ordinal);
    }
}
