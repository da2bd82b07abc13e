using NSubstitute;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Machines.HostPreparation.Network;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Network;

public sealed class FirewallCleanerTests
{
    private static readonly FirewallRuleset Stale = new(
        [new FirewallTable(2, "nat")],
        [new FirewallChain(2, "nat", "OUTPUT", true, false), new FirewallChain(2, "nat", "KUBE-OLD", false, false), new FirewallChain(2, "nat", "KUBE-FOREIGN", false, false)],
        [new FirewallRule(2, "nat", "OUTPUT", 7, ["KUBE-OLD"]), new FirewallRule(2, "nat", "OUTPUT", 8, ["KUBE-FOREIGN"])]);

    private readonly SimulatedHost _host = SimulatedHost.Fresh();
    private readonly ISystemd _systemd = Substitute.For<ISystemd>();
    private readonly INfTables _firewall = Substitute.For<INfTables>();

    public FirewallCleanerTests()
    {
        _firewall.Read().Returns(Stale);
        _firewall.TryRemove(Arg.Any<FirewallRemoval>()).Returns(true);
        Machines();
        Journal("\"chain ip nat KUBE-FOREIGN\"");
    }

    [Fact]
    public async Task Clear_NoMachineRuns_RemovesWhatWasNotThereBeforeTheFirstOne()
    {
        FirewallRemoval? removal = null;
        _firewall.TryRemove(Arg.Do<FirewallRemoval>(r => removal = r)).Returns(true);
        Assert.Equal(["chain ip nat KUBE-OLD"], await ClearAsync());
        Assert.Equal(["KUBE-OLD"], removal!.Chains.Select(c => c.Name));
        Assert.Equal([7UL], removal.Rules.Select(r => r.Handle));
        Assert.Empty(removal.Tables);
    }

    [Theory]
    [InlineData(ActiveState.Active, "running")]
    [InlineData(ActiveState.Activating, "start")]
    [InlineData(ActiveState.Deactivating, "stop-sigterm")]
    public async Task Law12_AMachineRuns_NothingIsTouched(ActiveState state, string sub)
    {
        Machines(("systemd-nspawn@kube2.service", state, sub));
        Assert.Empty(await ClearAsync());
        _firewall.DidNotReceive().TryRemove(Arg.Any<FirewallRemoval>());
    }

    [Theory]
    [InlineData(ActiveState.Activating, "auto-restart")]
    [InlineData(ActiveState.Failed, "failed")]
    [InlineData(ActiveState.Inactive, "dead")]
    public async Task Clear_MachineThatIsDown_DoesNotHinder(ActiveState state, string sub)
    {
        Machines(("systemd-nspawn@kube1.service", state, sub));
        Assert.NotEmpty(await ClearAsync());
    }

    [Fact]
    public async Task Clear_WithoutARecord_DoesNothing()
    {
        _host.Files.All.Remove("/var/lib/unbounded/agent/host.json");
        Assert.Empty(await ClearAsync());
        _firewall.DidNotReceive().TryRemove(Arg.Any<FirewallRemoval>());
    }

    [Fact]
    public async Task Clear_RulesetChangedMeanwhile_ReadsAgain()
    {
        _firewall.TryRemove(Arg.Any<FirewallRemoval>()).Returns(false, true);
        await ClearAsync();
        _firewall.Received(2).Read();
    }

    private Task<IReadOnlyList<string>> ClearAsync() =>
        new FirewallCleaner(_systemd, _firewall, new SimulatedStore(_host.Files, _host.Power)).ClearAsync(CancellationToken.None);

    private void Machines(params (string Name, ActiveState State, string Sub)[] units) =>
        _systemd.ListUnitsAsync(Arg.Is<IReadOnlyCollection<string>>(p => p.Contains("systemd-nspawn@*.service")), Arg.Any<IReadOnlyCollection<string>>(), Arg.Any<CancellationToken>())
            .Returns([.. units.Select(u => new UnitSummary(u.Name, "", "loaded", u.State, u.Sub))]);

    private void Journal(string baseline) => _host.Files.Add(
        "/var/lib/unbounded/agent/host.json",
        """{"version":1,"changes":[{"name":"network","status":"applied","state":{"baseline":[""" + baseline + "]}}]}");
}
