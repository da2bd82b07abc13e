using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Integration.Swaps;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>What can be wrong with what the daemon is given, tried on a living node: the same code each time, nothing lost, and the node runs on.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class BadInputTests(SharedNodes hosts)
{
    private const string MachineFile = "/etc/unbounded/agent/machine.yaml";
    private const string ConfigFile = "/etc/unbounded/agent/config.json";
    private const string Daemon = "unbounded-agent-daemon.service";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task MachineFile_Garbage_IsRefusedWithItsCodeAndTheNodeRunsOn(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var node = await NodeWitness.OfAsync(agent);
        await agent.Host.ShellAsync($"cp {MachineFile} /run/good.yaml");

        await agent.Host.ShellAsync($"head -c 4096 /dev/urandom >{MachineFile}");
        await ProblemAsync(agent, "UBA-5102");
        await agent.Host.ShellAsync($"printf 'kind: [Machine\\n' >{MachineFile}");
        await ProblemAsync(agent, "UBA-5102");
        await agent.Host.ShellAsync($"printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {{name: edge-1}}\\n' >{MachineFile}");
        await ProblemAsync(agent, "UBA-5101");
        await agent.Host.ShellAsync($"sed 's/version: .*/version: [1]/' /run/good.yaml >{MachineFile}");
        await ProblemAsync(agent, "UBA-5101");
        // Also a daemon that has never seen a good one leaves the node alone.
        await agent.Host.RunAsync("systemctl", "restart", Daemon);
        await ProblemAsync(agent, "UBA-5101");
        await node.AssertUntouchedAsync();

        await agent.Host.ShellAsync($"cp /run/good.yaml {MachineFile}");
        await GoneAsync(agent);
        await node.AssertUntouchedAsync();
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task ConfigFile_Garbage_IsRefusedWithItsCodeAndTheNodeRunsOn(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var node = await NodeWitness.OfAsync(agent);
        await agent.Host.ShellAsync($"cp -p {ConfigFile} /run/good.json");

        await agent.Host.ShellAsync($"head -c 4096 /dev/urandom >{ConfigFile}");
        await ProblemAsync(agent, "UBA-1102");
        await agent.Host.ShellAsync($"head -c 100 /run/good.json >{ConfigFile}");
        await ProblemAsync(agent, "UBA-1102");
        await agent.Host.ShellAsync($"printf '{{\"MachineName\": 7, \"NodeName\": \"-\"}}' >{ConfigFile}");
        await ProblemAsync(agent, "UBA-1101");
        await agent.Host.RunAsync("systemctl", "restart", Daemon);
        await ProblemAsync(agent, "UBA-1101");
        await node.AssertUntouchedAsync();

        await agent.Host.ShellAsync($"cp -p /run/good.json {ConfigFile}");
        await GoneAsync(agent);
        await node.AssertUntouchedAsync();
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task MachineFile_WrittenInPieces_IsTakenOverWhenItIsWhole(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (_, to, version, tag) = await SwapTests.NextAsync(agent);
        var before = (string?)(await agent.StateAsync())?["started_at"];
        var since = await agent.Host.RunAsync("date", "+%s.%N");
        var whole = AgentHost.MachineYaml(version, AgentHost.Image(tag));
        // The first piece is a document of its own, with a version that exists nowhere.
        var cut = whole.IndexOf(version, StringComparison.Ordinal) + version.Length - 1;

        await agent.Host.ShellAsync(
            $"""
            cat >/run/first <<'YAML'
            {whole[..cut]}
            YAML
            cat >/run/rest <<'YAML'
            {whole[cut..]}
            YAML
            exec 3>{MachineFile}
            head -c -1 /run/first >&3
            systemctl kill --signal=HUP {Daemon}
            {agent.Host.AgentPath} status >/dev/null
            cat /run/rest >&3
            """);

        Assert.Equal("success", await agent.EndOfTransitionAfterAsync(before));
        Assert.Equal(to, (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.DoesNotContain(
            "was not taken over", await agent.Host.RunAsync("journalctl", "--no-pager", "-u", Daemon, "--since", $"@{since}"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Image_WrongDigestGarbageCutOffOrMissing_FailsWithItsCodeAndTheNodeRunsOn(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var node = await NodeWitness.OfAsync(agent);
        await agent.Host.ShellAsync(
            """
            mkdir -p /srv/bad
            tar -C / -cf /srv/bad/small.tar etc/hostname etc/hosts
            gzip -c /srv/bad/small.tar | head -c 60 >/srv/bad/cut.tar.gz
            head -c 100000 /dev/urandom >/srv/bad/garbage.tar.zst
            """);

        foreach (var (image, code) in new[]
        {
            ($"file:///srv/bad/small.tar@sha256:{new string('0', 64)}", "UBA-3004"),
            ("file:///srv/bad/garbage.tar.zst", "UBA-3010"),
            ("file:///srv/bad/cut.tar.gz", "UBA-2102"),
            ("file:///srv/bad/none.tar", "UBA-3003"),
            ($"oci-layout://{SystemdHost.ImagesMount}/variants@sha256:{new string('0', 64)}", "UBA-3042"),
        })
        {
            var phase = await agent.TransitionAsync(AgentHost.V1, image);
            Assert.Equal((image, "failed", code), (image, phase, (string?)(await agent.StatusAsync())["lastError"]?["code"]));
        }

        await node.AssertUntouchedAsync();
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Disk_FullWhilePreparing_FailsWithItsCodeAndWorksWhenThereIsSpace(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var node = await NodeWitness.OfAsync(agent);
        // An image that no machine was made from yet: all of it has to be unpacked.
        var image = $"file://{SystemdHost.ImagesMount}/v1.tar.zst";
        await agent.Host.ShellAsync($"fallocate -l $(( $(df --output=avail -B1 {SharedNodes.Data} | tail -n 1) - 30000000 )) {SharedNodes.Data}/filler");

        try
        {
            var phase = await agent.TransitionAsync(AgentHost.V1, image);
            var error = (await agent.StatusAsync())["lastError"];

            Assert.Equal(("failed", "UBA-3060"), (phase, (string?)error?["code"]));
            Assert.NotEmpty((string?)error!["nextStep"] ?? "");
            await node.AssertUntouchedAsync();
        }
        finally
        {
            await agent.Host.ShellAsync($"rm {SharedNodes.Data}/filler");
        }

        // By itself: what may pass is tried again.
        var failed = (string?)(await agent.StateAsync())?["started_at"];
        Assert.Equal("success", await agent.EndOfTransitionAfterAsync(failed));
        Assert.True(await agent.IsHealthyAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Daemon_StartsWithoutABus_WaitsForItAndTheNodeRunsOn(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var node = await NodeWitness.OfAsync(agent);
        await agent.Host.ShellAsync("systemctl stop dbus.socket dbus.service; rm -f /run/dbus/system_bus_socket");

        await agent.Host.RunAsync("systemctl", "restart", Daemon);
        await agent.WaitAsync(async () => (await agent.UnitAsync(Daemon, "StatusText")).StartsWith("UBA-2201", StringComparison.Ordinal), "the daemon's word that there is no bus");
        var status = await agent.AgentAsync("status");
        Assert.Equal("active", await agent.UnitAsync(Daemon, "ActiveState"));
        Assert.True(await agent.IsHealthyAsync());
        Assert.Contains("UBA-2201", status.Stderr, StringComparison.Ordinal);

        await agent.Host.ShellAsync("systemctl start dbus.socket dbus.service");
        await agent.WaitAsync(async () => !(await agent.UnitAsync(Daemon, "StatusText")).StartsWith("UBA-2201", StringComparison.Ordinal), "the daemon's recovery");
        await node.AssertUntouchedAsync();
    }

    private static Task ProblemAsync(AgentHost agent, string code) => agent.WaitAsync(async () => await CodeAsync(agent) == code, $"lastError {code}");

    // What is said then may be how the last transition of another test ended.
    private static Task GoneAsync(AgentHost agent) => agent.WaitAsync(
        async () => await CodeAsync(agent) is not ("UBA-5101" or "UBA-5102" or "UBA-1101" or "UBA-1102"), "a lastError that is not about a file");

    private static async Task<string?> CodeAsync(AgentHost agent) => (string?)(await agent.StatusAsync())["lastError"]?["code"];
}
