using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Integration.DBus;
using Unbounded.Agent.TestHost.Containers;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>
/// A host that others use: docker with its own configuration, swap in fstab, own sysctls, own nft rules, own files where the agent's go, a machine of somebody
/// else's that runs. What it was like before the agent came is known.
/// </summary>
internal sealed class LivedInHost : IAsyncDisposable
{
    private const string LivedIn = """
        printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/docker.service
        printf '[Socket]\nListenStream=/run/docker.sock\n[Install]\nWantedBy=sockets.target\n' >/usr/lib/systemd/system/docker.socket
        mkdir -p /etc/docker /etc/needrestart /opt/own
        echo '{"debug":true,"iptables":false}' >/etc/docker/daemon.json
        echo '/swapfile none swap sw 0 0' >>/etc/fstab
        printf 'net.ipv4.ip_forward=0\nnet.ipv4.conf.all.rp_filter=2\nnet.ipv4.conf.lo.accept_redirects=1\n' >/etc/sysctl.d/10-own.conf
        sysctl -q -p /etc/sysctl.d/10-own.conf
        nft -f - <<'NFT'
        add table inet own
        add set inet own watched { type ipv4_addr; }
        add element inet own watched { 192.0.2.1 }
        add chain inet own input { type filter hook input priority 0; policy accept; }
        add rule inet own input tcp dport 9 drop
        add table ip nat
        add chain ip nat POSTROUTING { type nat hook postrouting priority 100; policy accept; }
        add rule ip nat POSTROUTING ip saddr 198.51.100.0/24 masquerade
        NFT
        echo '#!/bin/sh' >/usr/local/bin/unbounded-agent; chown 7:7 /usr/local/bin/unbounded-agent; chmod 4755 /usr/local/bin/unbounded-agent
        ln -s /etc/elsewhere /etc/sysctl.d/99-unbounded-agent.conf
        systemctl daemon-reload
        systemctl enable --now docker.socket docker.service
        """;

    // Everything that an installation could leave behind or take away. The foreign machine's root is an overlay of the test's; directories' times follow their
    // files'. network-online.target stays reached once something has asked for it. Kernel-wide parameters belong to the machine that all hosts share.
    private const string Listing = """
        find /etc /usr /opt /var/lib/machines /var/lib/unbounded /run/unbounded /run/systemd/nspawn /var/lib/docker -xdev ! -type d -printf '%M %u %g %s %T@ %l %p\n' 2>/dev/null | grep -vE ' /etc/(machine-id|resolv.conf|hosts|hostname)$' | sort
        find /etc /usr /opt /var/lib /run/unbounded -xdev -type d ! -path '/var/lib/systemd*' ! -path '/var/lib/private*' -printf '%M %u %g %p\n' 2>/dev/null | sort
        systemctl list-unit-files --no-legend --no-pager | awk '{print $1,$2}' | grep -v '^run-' | sort
        systemctl list-units --no-legend --no-pager --plain --state=active,failed --type=service,socket,target,mount,swap | awk '{print $1,$3}' | grep -vE '^(network-online.target|systemd-(hostnamed|machined|networkd).*|run-.*|proc-.*) ' | sort
        sysctl -a 2>/dev/null | grep '^net\.' | grep -vE 'nf_conntrack_count|neigh|fib_trie|tcp_fastopen_key|nf_log|netns' | sort
        nft list ruleset; ip -o link | cut -d: -f2 | sort; ip rule; ip route show table all | sort
        cat /etc/fstab /etc/docker/daemon.json
        """;

    private readonly NestedMachine _foreign;

    private LivedInHost(SystemdHost host, NestedMachine foreign, string before) => (Host, _foreign, Before) = (host, foreign, before);

    public SystemdHost Host { get; }

    /// <summary>What it was like.</summary>
    public string Before { get; }

    public static async Task<LivedInHost> StartAsync(string suite)
    {
        var host = await SystemdHosts.NewAsync(suite);
        try
        {
            await host.ShellAsync(LivedIn);
            await AgentHost.WriteInputAsync(host, AgentHost.MachineYaml(AgentHost.V1, AgentHost.Image("v1"), update: "    paused: true"));
            var foreign = await NestedMachine.StartAsync(host, "foreign");
            return new LivedInHost(host, foreign, await host.ShellAsync(Listing));
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it is like now.</summary>
    public Task<string> NowAsync() => Host.ShellAsync(Listing);

    /// <summary>Runs <c>install</c> of a Machine that is paused: the host is prepared, the daemon starts, no node is made.</summary>
    public Task<ExecResult> InstallAsync(params string[] before) => Host.ExecAsync(
        [.. before, Host.AgentPath, "install", "--no-wait", "--config", "/root/input/config.json", "--machine", "/root/input/machine.yaml"]);

    public Task<ExecResult> UninstallAsync(params string[] before) => Host.ExecAsync([.. before, Host.AgentPath, "uninstall"]);

    /// <summary>The foreign machine was neither stopped nor restarted.</summary>
    public async Task<bool> ForeignMachineLivesAsync() =>
        await Host.RunAsync("machinectl", "show", "--value", "-p", "State", _foreign.Name) == "running" && Directory.Exists($"/proc/{_foreign.Leader}");

    public async ValueTask DisposeAsync()
    {
        await _foreign.DisposeAsync();
        await Host.DisposeAsync();
    }
}
