using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>Files and units of a real, lived-in host.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class InstallOnSystemdTests
{
    private const string LivedIn = """
        printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/docker.service
        printf '[Socket]\nListenStream=/run/docker.sock\n[Install]\nWantedBy=sockets.target\n' >/usr/lib/systemd/system/docker.socket
        mkdir -p /etc/needrestart /etc/docker
        echo '{"debug":true}' >/etc/docker/daemon.json
        echo '#!/bin/sh' >/usr/local/bin/unbounded-agent; chown 7:7 /usr/local/bin/unbounded-agent; chmod 4755 /usr/local/bin/unbounded-agent
        ln -s /etc/elsewhere /etc/sysctl.d/99-unbounded-agent.conf
        systemctl daemon-reload
        systemctl enable --now docker.socket docker.service
        """;

    // network-online.target stays reached once the daemon has asked for it: it holds nothing and goes with the next boot.
    private const string Listing = """
        find /etc /usr /opt /var/lib/machines /run/unbounded -xdev -printf '%M %u %g %s %T@ %l %p\n' 2>/dev/null | grep -v '^d' | grep -vE '/etc/(machine-id|resolv.conf|hosts|hostname)$' | sort
        find /etc /usr /var/lib -xdev -type d 2>/dev/null | grep -v /var/lib/systemd | sort
        systemctl list-unit-files --no-legend --no-pager | awk '{print $1,$2}' | grep -v '^run-' | sort
        systemctl list-units --no-legend --no-pager --plain --state=active --type=service,socket,target | awk '{print $1}' | grep -v '^network-online.target$' | sort
        """;

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task InstallAndUninstall_LivedInHost_LeaveItAsItWas(string suite)
    {
        await using var prepared = await PreparedHost.StartAsync(suite);
        var host = prepared.Host;
        await host.ShellAsync(LivedIn);
        var before = await host.ShellAsync(Listing);

        await prepared.InstallAsync();
        Assert.Equal("active", await host.RunAsync("systemctl", "is-active", HostPaths.DaemonUnit));
        Assert.Equal("enabled\nenabled\nenabled", await host.RunAsync("systemctl", "is-enabled", HostPaths.DaemonUnit, HostPaths.FirewallUnit, "machines.target"));
        Assert.Equal("masked\nmasked", (await host.ExecAsync("systemctl", "is-enabled", "docker.service", "docker.socket")).Stdout.Trim());
        Assert.Equal("inactive", (await host.ExecAsync("systemctl", "is-active", "docker.service")).Stdout.Trim());
        Assert.Contains("unbounded-agent-firewall.service", await host.RunAsync("systemctl", "show", "-p", "Wants", "--value", "systemd-nspawn@kube1.service"), StringComparison.Ordinal);

        await prepared.InstallAsync();
        Assert.Equal("600 0", await host.RunAsync("stat", "-c", "%a %u", HostPaths.Config));

        await prepared.UninstallAsync();
        Assert.Equal(before, await host.ShellAsync(Listing));
        Assert.False(Directory.Exists(host.PathOf("/var/lib/unbounded")));
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task ShippedUnitsAndFiles_OnARealHost_AreValid(string suite)
    {
        await using var prepared = await PreparedHost.StartAsync(suite);
        await prepared.InstallAsync();
        var host = prepared.Host;
        var verified = await host.ExecAsync("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", HostPaths.FirewallUnit, HostPaths.DaemonUnit);
        Assert.True(verified.ExitCode == 0, verified.Stdout + verified.Stderr);
        await host.RunAsync("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/unbounded-agent.conf");
        Assert.Contains("Unattended-Upgrade::Package-Blacklist:: \"^systemd\";", await host.RunAsync("apt-config", "dump", "Unattended-Upgrade::Package-Blacklist"), StringComparison.Ordinal);
        await host.RunAsync("perl", "-e", "our %nrconf; do '/etc/needrestart/conf.d/unbounded-agent.conf' or die $@ || $!; exists $nrconf{override_rc} or die 'not set'");
    }
}
