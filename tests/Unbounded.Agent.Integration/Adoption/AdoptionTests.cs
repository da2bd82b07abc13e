using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Adoption;

/// <summary>A host that the ancestor set up, all the way: adopted without a restart, swapped away from, rolled back to, and booted.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class AdoptionTests
{
    // Machines whose kubelet is alive, as the host's kernel shows it. A kubelet that only tells its version is none.
    private const string Kubelets =
        "for p in $(pgrep -f '^/usr/local/bin/kubelet --config='); do grep -o 'kube[12]' /proc/$p/cgroup; done 2>/dev/null | sort -u";

    // As often as a shell can look, everything that is more than one is written down.
    private const string Watch =
        $"""
        cat >/run/watch-kubelets <<'SH'
        while :; do
          found=$({Kubelets})
          [ "$(echo "$found" | wc -l)" -le 1 ] || echo "$found" >>/run/two-kubelets
          sleep 0.02
        done
        SH
        systemd-run -q --unit=watch-kubelets sh /run/watch-kubelets
        """;

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Ancestor_HostOfTheAncestor_IsAdoptedSwappedRolledBackAndBooted(string suite)
    {
        await using var agent = await AncestorHost.SetUpAsync(suite);
        var running = await RunningAsync(agent);
        var applied = await AppliedAsync(agent);
        await IsRefusedWithTwoConfigsAsync(agent);

        // Adopted as it runs.
        await agent.EditAsync(AgentHost.V1, AgentHost.Image("v1"), settle: "1s");
        var installed = await agent.AgentAsync("install");
        Assert.True(installed.ExitCode == 0, installed.Stdout + installed.Stderr);
        Assert.Contains("it was adopted as it is", installed.Stdout);
        Assert.Equal(running, await RunningAsync(agent));
        Assert.Equal(applied, await AppliedAsync(agent));
        Assert.Equal("kube1", (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.Equal("kube1", await agent.Host.ShellAsync(Kubelets));

        // Swapped away from: still the same machine, which is held back until the commit and stopped after it.
        await agent.Host.ShellAsync(Watch);
        Assert.Equal("success", await agent.TransitionAsync(AgentHost.V2, AgentHost.Image("v2"), settle: "1s"));
        Assert.Equal("kube2", (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.Equal("kube2-applied-config.json\nkube2-applied-config.json.sha256", await agent.Host.ShellAsync($"cd {AncestorHost.Directory}; ls *-applied-config*"));
        Assert.Equal("0", await agent.UnitAsync("systemd-nspawn@kube1.service", "MainPID"));

        // Rolled back to, with the configuration that it had.
        var back = await agent.AgentAsync("rollback");
        Assert.True(back.ExitCode == 0, back.Stdout + back.Stderr);
        Assert.Equal("kube1", (string?)(await agent.StatusAsync())["activeSlot"]);
        Assert.Equal(applied, await AppliedAsync(agent));
        Assert.True(await agent.IsHealthyAsync());
        Assert.Equal("active\nnone", await agent.Host.ShellAsync("systemctl is-active watch-kubelets; cat /run/two-kubelets 2>/dev/null || echo none"));

        // And what the host boots, without the daemon, alone.
        await agent.Host.RunAsync("systemctl", "disable", "unbounded-agent-daemon.service");
        await agent.Host.PowerCutAsync();
        await agent.Host.BootAsync();
        Assert.Equal("kube1", await agent.Host.ShellAsync("machinectl list --no-legend | cut -d' ' -f1"));
        Assert.Equal("active", await agent.Host.RunAsync("systemctl", "-M", "kube1", "is-active", "kubelet.service"));
        Assert.Equal("/run/unbounded/marker/kube1/active", await agent.Host.ShellAsync("find /run/unbounded/marker -type f"));
    }

    // What a crash of the ancestor leaves between writing the new config and removing the old one. Nothing is installed, nothing changed.
    private static async Task IsRefusedWithTwoConfigsAsync(AgentHost agent)
    {
        await agent.Host.ShellAsync($"cd {AncestorHost.Directory}; cp kube1-applied-config.json kube2-applied-config.json");
        var plan = (await agent.AgentAsync("plan")).Stdout;
        await agent.Host.ShellAsync($"rm {AncestorHost.Directory}/kube2-applied-config.json");
        Assert.Contains("UBA-1105", plan);
    }

    private static Task<string> RunningAsync(AgentHost agent) => agent.Host.ShellAsync(
        "systemctl show -p MainPID,InvocationID systemd-nspawn@kube1.service; machinectl show -p Leader kube1;"
        + "systemctl -M kube1 show -p MainPID,InvocationID,NRestarts kubelet.service; systemctl -M kube1 show -p MainPID,InvocationID containerd.service");

    private static Task<string> AppliedAsync(AgentHost agent) =>
        agent.Host.ShellAsync($"cd {AncestorHost.Directory}; sha256sum kube1-applied-config.json; cat kube1-applied-config.json.sha256");
}
