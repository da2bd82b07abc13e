using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Swaps;

[Collection(OnSystemdHosts.Name)]
public sealed class UninstallTests
{
    // Everything that could have been left: files outside of what the system itself writes while it runs, units, sysctls, network.
    private const string Listing =
        "find /etc /usr /opt /root /var/lib/machines /var/lib/unbounded -xdev ! -path '/root/input*' ! -path '/etc/unbounded*' -printf '%M %u %g %s %l %p\\n' 2>/dev/null | grep -vE ' /etc$| /etc/(machine-id|resolv.conf|hosts|hostname)| /etc/systemd/system$|__pycache__' | sort;"
        + "systemctl list-unit-files --no-legend | awk '{print $1,$2}' | grep -v '^run-' | sort; ip -o link | cut -d: -f2 | sort; nft list ruleset";

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Uninstall_LivedInHost_LeavesItAsItWas(string suite)
    {
        await using var untouched = await SystemdHosts.NewAsync(suite);
        var before = await untouched.ShellAsync(Listing);
        await using var agent = await AgentHost.InstallAsync(suite);

        var result = await agent.AgentAsync("uninstall");

        Assert.True(result.ExitCode == 0, result.Stdout + result.Stderr);
        Assert.Equal(before, await agent.Host.ShellAsync(Listing));
        Assert.False(await agent.IsHealthyAsync());
    }
}
