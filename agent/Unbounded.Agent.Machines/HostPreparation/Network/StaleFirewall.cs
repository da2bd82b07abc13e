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

    // iptables-nft makes these, with the base chains it needs, when a machine first uses it, and leaves them empty.
    private static readonly string[] IptablesTables = ["filter", "nat", "mangle", "raw", "security"];

    /// <summary>Each stale thing as a stable text.</summary>
    /// <param name="ruleset">What is there.</param>
    /// <param name="baseline">Texts of what is somebody else's.</param>
    public static IReadOnlyList<string> Find(FirewallRuleset ruleset, IReadOnlySet<string> baseline)
    {
        var tables = ruleset.Tables.Where(t => !baseline.Contains(Text(t))).ToList();
        var own = tables.Where(IsOwn).Select(t => (t.Family, t.Name)).ToHashSet();
        var chains = ruleset.Chains.Where(c => !own.Contains((c.Family, c.Table)) && !baseline.Contains(Text(c))).ToList();
        var stale = chains.Where(c => ChainPrefixes.Any(p => c.Name.StartsWith(p, StringComparison.Ordinal))).ToList();
        var names = stale.Select(Key).ToHashSet();
        var busy = ruleset.Rules.Where(r => !r.JumpsTo.Any(j => names.Contains((r.Family, r.Table, j)))).Select(r => (r.Family, r.Table, r.Chain)).ToHashSet();
        var emptied = chains.Where(c => IsOfIptables(c.Family, c.Table) && c is { IsBase: true, DropsByDefault: false } && !busy.Contains(Key(c)));
        var gone = stale.Concat(emptied).ToList();
        var keys = gone.Select(Key).ToHashSet();
        return
        [
            .. tables.Where(t => IsOwn(t) || (IsOfIptables(t.Family, t.Name) && !t.Sets && ruleset.Chains.Where(c => IsIn(c, t)).All(c => keys.Contains(Key(c))))).Select(Text),
            .. gone.Select(Text),
        ];
    }

    /// <summary>What to remove so that these are gone.</summary>
    /// <param name="ruleset">What is there.</param>
    /// <param name="items">Texts of <see cref="Find"/> for the same ruleset.</param>
    public static FirewallRemoval Removal(FirewallRuleset ruleset, IReadOnlySet<string> items)
    {
        var tables = ruleset.Tables.Where(t => items.Contains(Text(t))).ToList();
        var whole = tables.Select(t => (t.Family, t.Name)).ToHashSet();
        var chains = ruleset.Chains.Where(c => items.Contains(Text(c)) && !whole.Contains((c.Family, c.Table))).ToList();
        var gone = chains.Select(Key).ToHashSet();
        return new FirewallRemoval(
            tables,
            chains,
            [.. ruleset.Rules.Where(r => !whole.Contains((r.Family, r.Table)) && !gone.Contains((r.Family, r.Table, r.Chain)) && r.JumpsTo.Any(j => gone.Contains((r.Family, r.Table, j))))]);
    }

    private static bool IsOwn(FirewallTable table) => Tables.Contains(table.Name, StringComparer.Ordinal);

    private static bool IsOfIptables(byte family, string table) => family is Ipv4 or Ipv6 && IptablesTables.Contains(table, StringComparer.Ordinal);

    private static bool IsIn(FirewallChain chain, FirewallTable table) => chain.Family == table.Family && string.Equals(chain.Table, table.Name, StringComparison.Ordinal);

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
