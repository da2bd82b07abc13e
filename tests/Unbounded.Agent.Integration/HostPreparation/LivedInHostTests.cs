using System.Globalization;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>The published agent on hosts that others use, and where something is in its way: what it leaves is what was there.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class LivedInHostTests(LivedInHosts hosts) : IClassFixture<LivedInHosts>
{
    private const int Kills = 5;
    private const string Busy = "/run/unbounded-agent.lock";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Commands_NotRoot_SayThatTheyNeedRoot(string suite)
    {
        var lived = await hosts.OnAsync(suite);
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

        foreach (var command in new[] { "install", "uninstall", "rollback", "daemon" })
            AssertRefused(await lived.Host.ExecAsync([.. nobody, lived.Host.AgentPath, command]), 4, "UBA-6005");
        Assert.Equal(lived.Before, await lived.NowAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task InstallAndUninstall_AnotherRunIsAtWork_FailAtOnceAndNameIt(string suite)
    {
        var lived = await hosts.OnAsync(suite);
        await lived.Host.ShellAsync(
            $$"""
            mkfifo /run/busy-taken /run/busy-done
            setsid flock {{Busy}} sh -c 'echo "{\"pid\":$$,\"command\":\"install\",\"since\":\"2026-01-01T00:00:00Z\"}" >{{Busy}}; echo >/run/busy-taken; read done </run/busy-done' </dev/null >/dev/null 2>&1 &
            read taken </run/busy-taken
            """);

        var installed = await lived.InstallAsync();
        var uninstalled = await lived.UninstallAsync();
        await lived.Host.ShellAsync($"echo >/run/busy-done; flock {Busy} rm /run/busy-taken /run/busy-done; : >{Busy}");

        AssertRefused(installed, 5, "UBA-2401");
        AssertRefused(uninstalled, 5, "UBA-2401");
        Assert.Contains("(unbounded-agent install)", installed.Stderr, StringComparison.Ordinal);
        Assert.Equal(lived.Before, await lived.NowAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Install_UsrIsReadOnly_SaysSoBeforeAnythingIsChanged(string suite)
    {
        var lived = await hosts.OnAsync(suite);

        // In a mount namespace of the command's own: systemd must not take it for a mount of the host's.
        var installed = await lived.InstallAsync(
            "unshare", "--mount", "/bin/sh", "-euc", "mount --bind /usr /usr; mount -o remount,bind,ro /usr; exec \"$@\"", "sh");

        AssertRefused(installed, 4, "UBA-2002");
        Assert.Contains("/usr/local/bin/unbounded-agent can't be written", installed.Stderr, StringComparison.Ordinal);
        Assert.Equal(lived.Before, await lived.NowAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Install_VarIsFull_NothingIsChanged(string suite)
    {
        var lived = await hosts.OnAsync(suite);
        await lived.Host.ShellAsync("mkdir /var/lib/unbounded; mount -t tmpfs -o size=64k full /var/lib/unbounded; head -c 1M /dev/zero >/var/lib/unbounded/full || true");

        var installed = await lived.InstallAsync();
        await lived.Host.ShellAsync("umount /var/lib/unbounded; rmdir /var/lib/unbounded");

        AssertRefused(installed, 4, "UBA-2001");
        Assert.Equal(lived.Before, await lived.NowAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task InstallAndUninstall_KilledAtRandomInstants_ThenRunToTheEnd_LeaveTheHostAsItWas(string suite)
    {
        var lived = await hosts.OnAsync(suite);
        var random = new Random(20260101);

        await KilledAndRunToTheEndAsync(lived, random, lived.InstallAsync);
        Assert.Equal("active", await lived.Host.RunAsync("systemctl", "is-active", "unbounded-agent-daemon.service"));
        Assert.Equal("masked\nmasked", (await lived.Host.ExecAsync("systemctl", "is-enabled", "docker.service", "docker.socket")).Stdout.Trim());
        Assert.Equal("1", await lived.Host.RunAsync("sysctl", "-n", "net.ipv4.ip_forward"));
        Assert.True(await lived.ForeignMachineLivesAsync());

        await KilledAndRunToTheEndAsync(lived, random, lived.UninstallAsync);

        Assert.Equal(lived.Before, await lived.NowAsync());
        Assert.True(await lived.ForeignMachineLivesAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Uninstall_OfALiveNodeKilledAtRandomInstants_LeavesTheHostAsItWas(string suite)
    {
        var lived = await hosts.OnAsync(suite);
        await AgentHost.InstallAsync(lived.Host);
        var random = new Random(20260102);

        await KilledAndRunToTheEndAsync(lived, random, lived.UninstallAsync);

        Assert.Equal(lived.Before, await lived.NowAsync());
        Assert.True(await lived.ForeignMachineLivesAsync());
    }

    // Anywhere from the runtime's start to what a whole run takes here, about: where the kill falls is not expected, only survived. A daemon that a killed
    // installation had started already may be at work for a moment.
    private static async Task KilledAndRunToTheEndAsync(LivedInHost lived, Random random, Func<string[], Task<ExecResult>> run)
    {
        for (var i = 0; i < Kills; i++)
        {
            var seconds = (0.1 + (random.NextDouble() * 0.9)).ToString("F3", CultureInfo.InvariantCulture);
            var killed = await run(["timeout", "--signal=KILL", seconds]);
            Assert.True(killed.ExitCode is 0 or 5 or 137, $"after {seconds} s: {killed.ExitCode} {killed.Stdout}{killed.Stderr}");
        }

        var last = await run([]);
        for (var i = 0; i < 20 && last.ExitCode == 5; i++)
        {
            await lived.Host.RunAsync("flock", Busy, "true");
            last = await run([]);
        }

        Assert.True(last.ExitCode == 0, $"{last.ExitCode}: {last.Stdout}{last.Stderr}");
    }

    private static void AssertRefused(ExecResult result, int exitCode, string code)
    {
        Assert.True(result.ExitCode == exitCode && result.Stderr.Contains(code, StringComparison.Ordinal), $"{result.ExitCode}: {result.Stdout}{result.Stderr}");
    }
}
