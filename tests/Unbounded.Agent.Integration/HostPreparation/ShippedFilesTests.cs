using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.HostPreparation;

/// <summary>What an installation puts on a host, as the programs that read it there understand it.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class ShippedFilesTests(SharedNodes hosts)
{
    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task InstalledUnitsAndFiles_OnARealHost_AreValid(string suite)
    {
        var host = (await hosts.OnAsync(suite)).Host;

        var verified = await host.ExecAsync("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", HostPaths.FirewallUnit, HostPaths.DaemonUnit);
        Assert.True(verified.ExitCode == 0, verified.Stdout + verified.Stderr);
        Assert.Equal("enabled\nenabled\nenabled", await host.RunAsync("systemctl", "is-enabled", HostPaths.DaemonUnit, HostPaths.FirewallUnit, "machines.target"));
        Assert.Contains(HostPaths.FirewallUnit, await host.RunAsync("systemctl", "show", "-p", "Wants", "--value", "systemd-nspawn@kube1.service"), StringComparison.Ordinal);
        await host.RunAsync("systemd-tmpfiles", "--create", "/etc/tmpfiles.d/unbounded-agent.conf");
        Assert.Contains(
            "Unattended-Upgrade::Package-Blacklist:: \"^systemd\";",
            await host.RunAsync("apt-config", "dump", "Unattended-Upgrade::Package-Blacklist"),
            StringComparison.Ordinal);
        await host.RunAsync("perl", "-e", "our %nrconf; do '/etc/needrestart/conf.d/unbounded-agent.conf' or die $@ || $!; exists $nrconf{override_rc} or die 'not set'");
        Assert.Contains("man:unbounded-agent(8)", await host.RunAsync("systemctl", "show", "-p", "Documentation", "--value", HostPaths.DaemonUnit), StringComparison.Ordinal);
        Assert.StartsWith(".", await host.RunAsync("cat", HostPaths.Manual), StringComparison.Ordinal);
        Assert.Equal("600 0", await host.RunAsync("stat", "-c", "%a %u", HostPaths.Config));
    }
}
