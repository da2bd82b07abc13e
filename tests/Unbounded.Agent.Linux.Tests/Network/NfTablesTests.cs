using Unbounded.Agent.Linux.Network.Firewall;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Linux.Tests.Network;

/// <summary>Against the real kernel; nft(8) and iptables-nft(8) write, and nft is the other opinion.</summary>
public sealed class NfTablesTests
{
    private readonly NfTables _firewall = new();

    [Fact]
    public void Read_NothingThere_IsEmpty() => Run(() => Assert.Empty(_firewall.Read().Tables));

    [Fact]
    public void Read_ChainsAndJumps_AreAsNftWroteThem() => Run(() =>
    {
        Nft("""
            table inet own {
                set blocked { type ipv4_addr; }
                chain input { type filter hook input priority 0; policy drop; ip saddr @blocked drop; jump helper; goto other; }
                chain helper { counter; }
                chain other { accept; }
            }
            table ip6 empty { }
            """);
        var ruleset = _firewall.Read();
        Assert.Equal([new FirewallTable(10, "empty"), new FirewallTable(1, "own", Sets: true)], ruleset.Tables.OrderBy(t => t.Name, StringComparer.Ordinal));
        Assert.Equal(
            [new FirewallChain(1, "own", "helper", false, false), new FirewallChain(1, "own", "input", true, true), new FirewallChain(1, "own", "other", false, false)],
            ruleset.Chains.OrderBy(c => c.Name, StringComparer.Ordinal));
        Assert.Equal(["helper", "other"], ruleset.Rules.SelectMany(r => r.JumpsTo));
    });

    [Fact]
    public void Read_JumpsOfIptables_AreFound() => Run(() =>
    {
        Command("iptables-nft", "-t", "nat", "-N", "KUBE-SERVICES");
        Command("iptables-nft", "-t", "nat", "-A", "PREROUTING", "-m", "comment", "--comment", "kubernetes service portals", "-j", "KUBE-SERVICES");
        var rule = Assert.Single(_firewall.Read().Rules);
        Assert.Equal(("nat", "PREROUTING", "KUBE-SERVICES"), (rule.Table, rule.Chain, Assert.Single(rule.JumpsTo)));
    });

    [Fact]
    public void Remove_ChainsThatReferToEachOther_LeavesExactlyTheRest() => Run(() =>
    {
        Nft("table ip own { chain forward { type filter hook forward priority 0; policy accept; ip saddr 192.0.2.1 drop; }; }");
        var before = Command("nft", "list", "ruleset");
        Nft("""
            table ip own {
                chain C { accept; }
                chain A { goto C; }
                chain B { counter jump A; }
            }
            table ip own { chain forward { jump B; }; }
            table ip gone { chain X { type filter hook input priority 0; drop; }; }
            """);
        var ruleset = _firewall.Read();
        var removed = _firewall.TryRemove(new FirewallRemoval(
            [.. ruleset.Tables.Where(t => t.Name == "gone")],
            [.. ruleset.Chains.Where(c => c.Name is "A" or "B" or "C")],
            [.. ruleset.Rules.Where(r => r.Chain == "forward" && r.JumpsTo.Contains("B"))]));
        Assert.True(removed);
        Assert.Equal(before, Command("nft", "list", "ruleset"));
    });

    [Fact]
    public void Remove_ChainStillInUse_ChangesNothingAtAll() => Run(() =>
    {
        Nft("table ip own { chain B { }; chain A { counter; }; chain forward { type filter hook forward priority 0; jump A; }; }");
        var before = Command("nft", "list", "ruleset");
        var ruleset = _firewall.Read();
        Assert.False(_firewall.TryRemove(new FirewallRemoval([], [.. ruleset.Chains.Where(c => c.Name is "A" or "B")], [])));
        Assert.Equal(before, Command("nft", "list", "ruleset"));
    });

    [Fact]
    public void Remove_SomethingGoneMeanwhile_SaysReadAgain() => Run(() =>
    {
        Nft("table ip own { chain A { }; }");
        Assert.False(_firewall.TryRemove(new FirewallRemoval([], [new FirewallChain(2, "own", "A", false, false), new FirewallChain(2, "own", "GONE", false, false)], [])));
        Assert.Contains("chain A", Command("nft", "list", "ruleset"), StringComparison.Ordinal);
    });

    [Fact]
    public void Remove_ThousandsOfChains_InOneTransaction() => Run(() =>
    {
        var chains = string.Concat(Enumerable.Range(0, 6000).Select(i => $"chain KUBE-SVC-{i:D16} {{ counter; }}\n"));
        Nft($"table ip nat {{ {chains} }}");
        var ruleset = _firewall.Read();
        Assert.Equal(6000, ruleset.Chains.Count);
        Assert.True(_firewall.TryRemove(new FirewallRemoval([], ruleset.Chains, [])));
        Assert.Empty(_firewall.Read().Chains);
    });

    private static void Nft(string ruleset)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, ruleset);
            Command("nft", "-f", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
