namespace Unbounded.Agent.Linux.Network.Firewall;

/// <summary>What is in the packet filter.</summary>
/// <param name="Tables">Tables.</param>
/// <param name="Chains">Chains of all tables.</param>
/// <param name="Rules">Rules of all chains.</param>
public sealed record FirewallRuleset(IReadOnlyList<FirewallTable> Tables, IReadOnlyList<FirewallChain> Chains, IReadOnlyList<FirewallRule> Rules)
{
    /// <summary>An empty one.</summary>
    public static FirewallRuleset Empty { get; } = new([], [], []);
}

/// <summary>A table.</summary>
/// <param name="Family">NFPROTO_*: 1 inet, 2 ip, 3 arp, 5 netdev, 7 bridge, 10 ip6.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sets">Whether it holds sets, maps or other objects beside chains.</param>
public sealed record FirewallTable(byte Family, string Name, bool Sets = false);

/// <summary>A chain.</summary>
/// <param name="Family">Family of its table.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsBase">Whether the kernel enters it by itself.</param>
/// <param name="DropsByDefault">Whether packets that reach its end are dropped.</param>
public sealed record FirewallChain(byte Family, string Table, string Name, bool IsBase, bool DropsByDefault);

/// <summary>A rule.</summary>
/// <param name="Family">Family of its table.</param>
/// <param name="Table">Its table.</param>
/// <param name="Chain">Its chain.</param>
/// <param name="Handle">The kernel's number for it.</param>
/// <param name="JumpsTo">The chains that it jumps or goes to.</param>
public sealed record FirewallRule(byte Family, string Table, string Chain, ulong Handle, IReadOnlyList<string> JumpsTo);

/// <summary>What is to be removed.</summary>
/// <param name="Tables">Whole tables.</param>
/// <param name="Chains">Chains with their rules.</param>
/// <param name="Rules">Single rules, of chains that stay.</param>
public sealed record FirewallRemoval(IReadOnlyList<FirewallTable> Tables, IReadOnlyList<FirewallChain> Chains, IReadOnlyList<FirewallRule> Rules)
{
    /// <summary>Whether there is nothing to remove.</summary>
    public bool IsEmpty => Tables.Count == 0 && Chains.Count == 0 && Rules.Count == 0;
}
