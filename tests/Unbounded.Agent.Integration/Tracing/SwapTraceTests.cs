using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Integration.Swaps;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Tracing;

/// <summary>Law: what D-Bus, a library or a file can do is not done by another program.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SwapTraceTests(SharedNodes hosts)
{
    private const string Daemon = "unbounded-agent-daemon.service";
    private const string Control = "spawn-control.service";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task WholeSwap_DaemonUnderItsShippedUnit_SpawnsNothing(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (_, to, version, tag) = await SwapTests.NextAsync(agent);
        await using var trace = await SpawnTrace.AttachAsync(agent.Host, Daemon);

        Assert.Equal("success", await agent.TransitionAsync(version, AgentHost.Image(tag)));
        var calls = await trace.DetachAsync();

        Assert.Equal(to, (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.Empty(calls.Spawns);
        // From the first to the last step of the swap the trace was there: each of them is saved twice.
        Assert.InRange(calls.Saves("record.json"), 10, int.MaxValue);
        Assert.InRange(calls.Saves($"{to}-applied-config.json"), 1, int.MaxValue);
    }

    /// <summary>The trace can fail: a service in the same sandbox that does spawn is seen at it, its grandchildren too.</summary>
    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Control_ServiceInTheSameSandboxSpawns_IsSeen(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var host = agent.Host;
        await host.ShellAsync(
            $"""
            mkfifo /run/spawn-go /run/spawn-gone
            cp /etc/systemd/system/{Daemon} /etc/systemd/system/{Control}
            mkdir -p /etc/systemd/system/{Control}.d
            cat >/etc/systemd/system/{Control}.d/control.conf <<'END'
            [Service]
            Type=exec
            Restart=no
            WatchdogSec=0
            ExecStart=
            ExecStart=/bin/sh -c 'read go </run/spawn-go; /bin/sh -c "/usr/bin/uname; :" | /bin/cat; echo gone >/run/spawn-gone; read go </run/spawn-go'
            END
            systemctl daemon-reload
            systemctl start {Control}
            """);
        try
        {
            await using var trace = await SpawnTrace.AttachAsync(host, Control);
            await host.ShellAsync("echo go >/run/spawn-go; read gone </run/spawn-gone");
            var calls = await trace.DetachAsync();

            Assert.Equal(["/bin/cat", "/bin/sh", "/usr/bin/uname"], calls.Programs.Order(StringComparer.Ordinal));
            Assert.InRange(calls.Spawns.Count, 6, int.MaxValue);
        }
        finally
        {
            await host.ShellAsync($"systemctl stop {Control}; rm -rf /etc/systemd/system/{Control}* /run/spawn-go /run/spawn-gone; systemctl daemon-reload");
        }
    }
}
