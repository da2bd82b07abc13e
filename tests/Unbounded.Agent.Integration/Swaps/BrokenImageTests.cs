using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Swaps;

/// <summary>Images that can't become the node: the agent alone keeps, or puts back, the one that can.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class BrokenImageTests(SharedNodes hosts)
{
    public static TheoryData<string, string, string, string, string> Broken
    {
        get
        {
            var data = new TheoryData<string, string, string, string, string>();
            foreach (var suite in Suites.Selected.Select(s => (string)s[0]))
            {
                data.Add(suite, "no-boot", "failed", "3s", "15s");
                data.Add(suite, "no-containerd", "rolled_back", "3s", "15s");
                data.Add(suite, "bad-flag", "rolled_back", "3s", "15s");
                data.Add(suite, "crash-loop", "rolled_back", "25s", "45s");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Edit_BrokenImage_OldMachineStaysOrComesBack(string suite, string tag, string phase, string settle, string timeout)
    {
        var agent = await hosts.OnAsync(suite);
        var before = (string?)(await agent.StatusAsync())["activeSlot"];

        Assert.Equal(phase, await agent.TransitionAsync(AgentHost.V2, AgentHost.Image(tag), settle, timeout));

        var status = await agent.StatusAsync();
        Assert.Equal(before, (string?)status["activeSlot"]);
        Assert.NotEmpty((string?)status["lastError"]!["code"] ?? "");
        Assert.NotEmpty((string?)status["lastError"]!["nextStep"] ?? "");
        await agent.WaitAsync(agent.IsHealthyAsync, "the old kubelet's health");
        Assert.Equal($"systemd-nspawn@{before}.service", await agent.Host.ShellAsync("ls /etc/systemd/system/machines.target.wants"));
        Assert.Equal($"/run/unbounded/marker/{before}/active", await agent.Host.ShellAsync("find /run/unbounded/marker -type f"));
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Law06_FailedTarget_IsNotTriedAgainUntilItChanges(string suite)
    {
        var agent = await hosts.OnAsync(suite);
        await agent.TransitionAsync(AgentHost.V2, AgentHost.Image("bad-flag"), timeout: "15s");
        var attempts = (int)(await agent.StateAsync())!["attempt_count"]!;

        await agent.Host.RunAsync("systemctl", "restart", "unbounded-agent-daemon.service");
        await agent.WaitAsync(async () => await agent.UnitAsync("unbounded-agent-daemon.service", "ActiveState") == "active", "the daemon's restart");

        Assert.Equal(attempts, (int)(await agent.StateAsync())!["attempt_count"]!);
        Assert.Equal("rolled_back", (string?)(await agent.StateAsync())!["phase"]);
    }
}
