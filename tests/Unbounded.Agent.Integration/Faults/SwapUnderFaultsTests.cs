using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Integration.Swaps;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>The bus, machined and systemd itself restarted at every step of a swap: the node ends swapped all the same.</summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SwapUnderFaultsTests(SharedNodes hosts)
{
    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Swap_BusAndSystemdRestartAtEveryStep_EndsSwapped(string suite)
    {
        var agent = await hosts.OnAsync(suite);

        await SwapAsync(agent);
    }

    [Theory]
    [MemberData(nameof(Suites.Selected), MemberType = typeof(Suites))]
    public async Task Swap_OverDbusBrokerThatRestartsAtEveryStep_EndsSwapped(string suite)
    {
        await using var agent = await AgentHost.InstallAsync(suite, BusFault.BrokerAsync);

        await SwapAsync(agent);
    }

    private static async Task SwapAsync(AgentHost agent)
    {
        var (from, to, version, tag) = await SwapTests.NextAsync(agent);
        var before = (string?)(await agent.StateAsync())?["started_at"];
        await using var faults = new FaultsAtSteps(agent.Host);

        await agent.EditAsync(version, AgentHost.Image(tag));
        var phase = await agent.EndOfTransitionAfterAsync(before);
        var struck = await faults.StopAsync();

        Assert.True(phase == "success", $"{phase} after {string.Join("; ", struck)}\n{await agent.Host.JournalAsync("unbounded-agent-daemon")}");
        var status = await agent.StatusAsync();
        Assert.Equal((from, to), ((string?)status["lastTransition"]!["from"], (string?)status["activeSlot"]));
        Assert.All(BusFault.All, fault => Assert.Contains(struck, s => s.StartsWith(fault.Name, StringComparison.Ordinal)));
        Assert.True(await agent.IsHealthyAsync());
        Assert.Equal("0", await agent.UnitAsync($"systemd-nspawn@{from}.service", "MainPID"));
    }
}
