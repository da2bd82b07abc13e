using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Swaps;

/// <summary>The main job on real hosts: whatever state a test finds the node in, it leaves it with one healthy side.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SwapTests(SharedNodes hosts)
{
    private const string NetworkState =
        "ip -o addr | sort; ip route show table all | sort; nft list ruleset; grep -r . /proc/sys/net 2>/dev/null | grep -vE 'nf_conntrack_count|/neigh/|somaxconn' | sort";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Edit_NewVersion_SwapsToTheOtherMachine(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (from, to, version, tag) = await NextAsync(agent);

        Assert.Equal("success", await agent.TransitionAsync(version, AgentHost.Image(tag)));

        var status = await agent.StatusAsync();
        Assert.Equal(to, (string?)status["activeSlot"]);
        Assert.True(await agent.IsHealthyAsync());
        Assert.Equal(from, (string?)status["lastTransition"]!["from"]);
        Assert.InRange((long)status["lastTransition"]!["downtimeMilliseconds"]!, 1, 60_000);
        Assert.Equal($"{to}-applied-config.json\n{to}-applied-config.json.sha256", await agent.Host.ShellAsync("cd /etc/unbounded/agent; ls *-applied-config*"));
        await agent.Host.ShellAsync($"cd /etc/unbounded/agent; test \"$(cat {to}-applied-config.json.sha256)\" = \"$(sha256sum <{to}-applied-config.json | cut -d' ' -f1)\"");
        Assert.Equal("0", await agent.UnitAsync($"systemd-nspawn@{from}.service", "MainPID"));
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law11_AfterCommit_ExactlyTheCommittedMachineIsEnabled(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (_, to, version, tag) = await NextAsync(agent);

        await agent.TransitionAsync(version, AgentHost.Image(tag));

        Assert.Equal($"systemd-nspawn@{to}.service", await agent.Host.ShellAsync("ls /etc/systemd/system/machines.target.wants"));
        Assert.Equal($"/run/unbounded/marker/{to}/active", await agent.Host.ShellAsync("find /run/unbounded/marker -type f"));
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law12_PreparingBesideALiveNode_LeavesTheSharedNetworkAlone(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (from, _, version, _) = await NextAsync(agent);
        var before = await agent.Host.ShellAsync(NetworkState);

        // It is prepared and booted, and then refused for its version: nothing else happens.
        Assert.Equal("failed", await agent.TransitionAsync("1.20.99", AgentHost.Image(version == AgentHost.V1 ? "v1" : "v2")));

        Assert.Equal(before, await agent.Host.ShellAsync(NetworkState));
        Assert.Equal(from, (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.True(await agent.IsHealthyAsync());
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Edit_LabelsOnly_SwapsNothing(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (version, image) = (await CurrentAsync(agent)) is var v && v == AgentHost.V1 ? (v, "v1") : (v, "v2");
        await agent.TransitionIfNeededAsync(version, AgentHost.Image(image));
        var active = (string)(await agent.StatusAsync())["activeSlot"]!;
        var kubelet = await agent.Host.RunAsync("systemctl", "-M", active, "show", "--value", "-p", "InvocationID", "kubelet.service");

        await agent.EditAsync(version, AgentHost.Image(image), extra: "    nodeLabels:\n      rack: r7");
        await agent.WaitAsync(
            async () => (await agent.Host.ShellAsync($"cat /etc/unbounded/agent/{active}-applied-config.json")).Contains("\"rack\": \"r7\"", StringComparison.Ordinal),
            "the label in the applied config");

        var dropIn = await agent.Host.ShellAsync($"cat /var/lib/machines/{active}/etc/systemd/system/kubelet.service.d/20-node-config.conf");
        Assert.Contains("--node-labels=rack=r7", dropIn);
        Assert.Equal(kubelet, await agent.Host.RunAsync("systemctl", "-M", active, "show", "--value", "-p", "InvocationID", "kubelet.service"));
        Assert.Equal(active, (string?)(await agent.StatusAsync())["activeSlot"]);
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task SwapAndRollback_Asked_GoForthAndBack(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        var (from, to, version, tag) = await NextAsync(agent);
        var before = (string?)(await agent.StateAsync())!["started_at"];

        // Strategy Manual: the edit is seen, and nothing happens.
        await agent.EditAsync(version, AgentHost.Image(tag), update: "    strategy: Manual");
        await agent.WaitAsync(
            async () => (await agent.Host.RunAsync("cat", "/run/unbounded/progress.json")).Contains("strategy Manual waits", StringComparison.Ordinal),
            "the edit being seen by the daemon");
        Assert.Equal((from, before), ((string?)(await agent.StatusAsync())["activeSlot"], (string?)(await agent.StateAsync())!["started_at"]));

        var swap = await agent.AgentAsync("swap");

        Assert.True(swap.ExitCode == 0, swap.Stdout + swap.Stderr);
        Assert.Equal(to, (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.True(await agent.IsHealthyAsync());

        var result = await agent.AgentAsync("rollback");

        Assert.True(result.ExitCode == 0, result.Stdout + result.Stderr);
        var status = await agent.StatusAsync();
        Assert.Equal(from, (string?)status["activeSlot"]);
        Assert.True(await agent.IsHealthyAsync());
        Assert.NotEqual(to, (string?)status["activeSlot"]);
    }

    internal static async Task<(string From, string To, string Version, string Tag)> NextAsync(AgentHost agent)
    {
        var active = (string)(await agent.StatusAsync())["activeSlot"]!;
        var (version, tag) = await CurrentAsync(agent) == AgentHost.V1 ? (AgentHost.V2, "v2") : (AgentHost.V1, "v1");
        return (active, active == "kube1" ? "kube2" : "kube1", version, tag);
    }

    private static async Task<string> CurrentAsync(AgentHost agent)
    {
        var status = await agent.StatusAsync();
        var active = (string)status["activeSlot"]!;
        return (string)status["slots"]!.AsArray().Single(s => (string?)s!["name"] == active)!["kubernetesVersion"]!;
    }
}
