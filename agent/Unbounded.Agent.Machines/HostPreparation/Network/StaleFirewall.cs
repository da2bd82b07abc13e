using Unbounded.Agent.Linux.Network.Firewall;

namespace Unbounded.Agent.Machines.HostPreparation.Network;

/// <summary>
/// Tells what a machine's kubelet, kube-proxy and network plugins leave in the packet filter that all machines and the host share. They
/// name their chains and tables so, and nobody else does.
/// </summary>
internal static class StaleFirewall
{
    private const byte Ipv4 = 2;
    private const byte Ipv6 = 10;

    // kubelet and kube-proxy; CNI plugins; Calico; Flannel; Cilium; Weave.
    private static readonly string[] ChainPrefixes = ["KUBE-", "CNI-", "cali-", "FLANNEL-", "CILIUM_", "OLD_CILIUM_", "WEAVE-"];

    // kube-proxy in nftables mode; the CNI plugins portmap, bridge and firewall with their nftables backend.
    private static readonly string[] Tables = ["kube-proxy", "cni_hostport", "cni_plugins_masquerade", "cni_firewall"];

    // iptables-nft makes these when a machine first uses it, and leaves them empty.
    private static readonly string[] IptablesTables = ["filter", "nat", "mangle", "raw", "security"];

    /// <summary>Each stale thing as a stable text.</summary>
    public static IReadOnlyList<string> Find(FirewallRuleset ruleset) =>
        [.. ruleset.Tables.Where(t => IsStale(t, ruleset)).Select(Text), .. ruleset.Chains.Where(c => IsStale(c, ruleset)).Select(Text)];

    /// <summary>What to remove so that these are gone.</summary>
    /// <param name="ruleset">What is there.</param>
    /// <param name="items">Texts of <see cref="Find"/>.</param>
    public static FirewallRemoval Removal(FirewallRuleset ruleset, IReadOnlySet<string> items)
    {
        var tables = ruleset.Tables.Where(t => IsStale(t, ruleset) && items.Contains(Text(t))).ToList();
        var whole = tables.Select(t => (t.Family, t.Name)).ToHashSet();
        var chains = ruleset.Chains.Where(c => IsStale(c, ruleset) && items.Contains(Text(c))).ToList();
        var gone = chains.Select(Key).ToHashSet();
        // A table goes with what is in it, but only once nothing in it jumps to a chain that goes first.
        var rules = ruleset.Rules.Where(r => !gone.Contains((r.Family, r.Table, r.Chain)) && r.JumpsTo.Any(j => gone.Contains((r.Family, r.Table, j)))).ToList();
        return new FirewallRemoval(
            tables,
            [.. chains.Where(c => !whole.Contains((c.Family, c.Table)))],
            [.. rules.Where(r => !whole.Contains((r.Family, r.Table)))]);
    }

    private static bool IsStale(FirewallChain chain, FirewallRuleset ruleset) =>
        ChainPrefixes.Any(p => chain.Name.StartsWith(p, StringComparison.Ordinal))
        && !ruleset.Tables.Any(t => t.Family == chain.Family && string.Equals(t.Name, chain.Table, StringComparison.Ordinal) && IsOwn(t));

    private static bool IsStale(FirewallTable table, FirewallRuleset ruleset) => IsOwn(table) || IsEmptied(table, ruleset);

    private static bool IsOwn(FirewallTable table) => Tables.Contains(table.Name, StringComparer.Ordinal);

    private static bool IsEmptied(FirewallTable table, FirewallRuleset ruleset)
    {
        if (table.Sets || table.Family is not (Ipv4 or Ipv6) || !IptablesTables.Contains(table.Name, StringComparer.Ordinal))
            return false;
        var chains = ruleset.Chains.Where(c => c.Family == table.Family && string.Equals(c.Table, table.Name, StringComparison.Ordinal)).ToList();
        var stale = chains.Where(c => IsStale(c, ruleset)).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return chains.All(c => stale.Contains(c.Name) || c is { IsBase: true, DropsByDefault: false })
            && ruleset.Rules.Where(r => r.Family == table.Family && string.Equals(r.Table, table.Name, StringComparison.Ordinal))
                .All(r => stale.Contains(r.Chain) || r.JumpsTo.Any(stale.Contains));
    }

    private static (byte Family, string Table, string Name) Key(FirewallChain chain) => (chain.Family, chain.Table, chain.Name);

    private static string Text(FirewallTable table) => $"table {Family(table.Family)} {table.Name}";

    private static string Text(FirewallChain chain) => $"chain {Family(chain.Family)} {chain.Table} {chain.Name}";

    private static string Family(byte family) => family switch
    {
        1 => "inet",
        Ipv4 => "ip",
        3 => "arp",
        5 => "netdev",
        7 => "bridge",
        Ipv6 => "ip6",
        _ => $"family{family}",
    };
}
