using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Linux.Network.Routing;
using Unbounded.Agent.Machines.HostPreparation.Network;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Network;

/// <summary>A real packet filter with an owner's rules, docker's, and what kubelet, kube-proxy and CNI plugins put among them.</summary>
public sealed class StaleFirewallTests
{
    private readonly HostNetwork _network = new(new RouteNetlink(), new NfTables());

    [Fact]
    public void Remove_NodesChainsAmongTheOwners_LeavesTheRulesetAsItWas() => Run(() =>
    {
        Owner();
        var before = Ruleset();
        var baseline = Find();
        Node();
        Assert.NotEqual(before, Ruleset());
        _network.Remove(Find(baseline), CancellationToken.None);
        Assert.Equal(before, Ruleset());
        Assert.Equal(baseline, Find());
    });

    [Fact]
    public void Remove_OnAHostWithoutAFirewall_LeavesNothingBehind() => Run(() =>
    {
        Node();
        _network.Remove(Find(), CancellationToken.None);
        Assert.Equal("", Ruleset());
    });

    [Fact]
    public void Remove_ChainsOfAnotherNodeThatWereThereBefore_Stay() => Run(() =>
    {
        Command("iptables-nft", "-t", "nat", "-N", "KUBE-FOREIGN");
        Command("iptables-nft", "-t", "nat", "-A", "OUTPUT", "-j", "KUBE-FOREIGN");
        var before = Ruleset();
        var baseline = Find();
        Assert.Contains("chain ip nat KUBE-FOREIGN", baseline);
        Node();
        _network.Remove(Find(baseline), CancellationToken.None);
        Assert.Equal(before, Ruleset());
    });

    [Fact]
    public void Remove_TableThatDropsByDefault_IsNotTakenForAnEmptyOne() => Run(() =>
    {
        Command("iptables-nft", "-P", "INPUT", "DROP");
        Assert.DoesNotContain("table ip filter", Find());
        Command("iptables-nft", "-P", "INPUT", "ACCEPT");
        Assert.Contains("table ip filter", Find());
    });

    [Fact]
    public void Remove_LinksRulesAndRoutes_TakesTheNodesOnly() => Run(() =>
    {
        Command("ip", "link", "add", "vxlan0", "type", "vxlan", "id", "7", "dstport", "4789");
        Command("ip", "link", "add", "cbr0", "type", "bridge");
        Command("ip", "link", "add", "wg0", "type", "bridge");
        Command("ip", "link", "add", "unbounded0", "type", "veth", "peer", "name", "peer0");
        Command("ip", "link", "add", "br0", "type", "bridge");
        Command("ip", "link", "set", "br0", "up");
        Command("ip", "rule", "add", "fwmark", "1", "table", "51820");
        Command("ip", "rule", "add", "fwmark", "1", "table", "51900");
        Command("ip", "-6", "rule", "add", "fwmark", "1", "table", "51899");
        Command("ip", "route", "add", "10.9.0.0/16", "dev", "br0", "table", "51820");
        var found = Find();
        Assert.Equal(6, found.Count);
        // A bridge called wg0 is nobody's WireGuard.
        Assert.DoesNotContain("link wg0", found);

        _network.Remove(found, CancellationToken.None);
        Assert.Empty(Find());
        var links = Command("ip", "-o", "link");
        Assert.Contains("wg0", links, StringComparison.Ordinal);
        Assert.Contains("br0", links, StringComparison.Ordinal);
        Assert.DoesNotContain("cbr0", links, StringComparison.Ordinal);
        Assert.Contains("51900", Command("ip", "rule"), StringComparison.Ordinal);
    });

    [Fact]
    public void Find_TwoRulesThatDifferOnlyInWhatIsNotShown_AreTwo() => Run(() =>
    {
        Command("ip", "rule", "add", "fwmark", "1", "table", "51820", "priority", "9");
        Command("ip", "rule", "add", "fwmark", "2", "table", "51820", "priority", "9");
        var found = Find();
        Assert.Equal(2, found.Distinct(StringComparer.Ordinal).Count());
        _network.Remove([found[0]], CancellationToken.None);
        Assert.Equal([found[1]], Find());
    });

    [Theory]
    [InlineData("wg0", "wireguard", true)]
    [InlineData("wg51820", "wireguard", true)]
    [InlineData("wg", "wireguard", false)]
    [InlineData("wg-home", "wireguard", false)]
    [InlineData("wg0", null, false)]
    [InlineData("geneve0", "geneve", true)]
    [InlineData("geneve0", "dummy", false)]
    [InlineData("ipip0", "ipip", true)]
    [InlineData("cbr0", "bridge", true)]
    [InlineData("unbounded0", "dummy", true)]
    [InlineData("unbounded0", null, false)]
    [InlineData("eth0", null, false)]
    public void IsNodes_NameAndKind_MustBothFit(string name, string? kind, bool expected) => Assert.Equal(expected, NodeLinks.IsNodes(new NetworkLink(1, name, kind)));

    private IReadOnlyList<string> Find(IEnumerable<string>? baseline = null) => _network.Find((baseline ?? []).ToHashSet(StringComparer.Ordinal));

    private static void Owner()
    {
        Command("iptables-nft", "-A", "INPUT", "-p", "tcp", "--dport", "22", "-j", "ACCEPT");
        Command("iptables-nft", "-t", "nat", "-N", "DOCKER");
        Command("iptables-nft", "-t", "nat", "-A", "PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "DOCKER");
        Command("nft", "add table inet own; add set inet own blocked { type ipv4_addr; }; add chain inet own in { type filter hook input priority 5; policy drop; }; add rule inet own in ip saddr @blocked drop");
    }

    private static void Node()
    {
        foreach (var (table, chain, name) in new[] { ("nat", "PREROUTING", "KUBE-SERVICES"), ("nat", "POSTROUTING", "KUBE-POSTROUTING"), ("filter", "INPUT", "KUBE-FIREWALL"), ("filter", "FORWARD", "KUBE-FORWARD"), ("mangle", "PREROUTING", "CNI-HOSTPORT-SETMARK") })
        {
            Command("iptables-nft", "-t", table, "-N", name);
            Command("iptables-nft", "-t", table, "-I", chain, "1", "-m", "comment", "--comment", "kubernetes", "-j", name);
        }

        Command("iptables-nft", "-t", "nat", "-N", "KUBE-SVC-ABCDEF");
        Command("iptables-nft", "-t", "nat", "-A", "KUBE-SERVICES", "-d", "10.96.0.1/32", "-p", "tcp", "--dport", "443", "-j", "KUBE-SVC-ABCDEF");
        Command("iptables-nft", "-t", "nat", "-A", "KUBE-POSTROUTING", "-m", "mark", "!", "--mark", "0x4000/0x4000", "-j", "RETURN");
        Command("iptables-nft", "-t", "mangle", "-N", "KUBE-KUBELET-CANARY");
        Command("ip6tables-nft", "-t", "nat", "-N", "KUBE-SERVICES");
        Command("nft", "add table ip kube-proxy; add chain ip kube-proxy services { type nat hook prerouting priority -100; }; add map ip kube-proxy no-endpoint { type ipv4_addr : verdict; }; add chain ip kube-proxy KUBE-X; add rule ip kube-proxy services jump KUBE-X");
    }

    // iptables-nft leaves the empty tables it has made: they are the node's to take away, an owner's with rules stay.
    private static string Ruleset() => Command("nft", "list", "ruleset");
}
