namespace Unbounded.Agent.Linux.Network.Firewall;

/// <summary>The kernel's packet filter (nf_tables) of the network namespace that the process is in, which iptables-nft writes to as well.</summary>
public interface INfTables
{
    /// <summary>Everything in it, as far as rules jump to chains. Empty where the kernel has no nf_tables.</summary>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    FirewallRuleset Read();

    /// <summary>Removes tables, chains and rules in one transaction: all of it or nothing.</summary>
    /// <param name="removal">What to remove. Chains are emptied first, so that they may refer to each other.</param>
    /// <returns>False when the ruleset was changed meanwhile and something named is gone or in use: read again.</returns>
    /// <exception cref="Core.Errors.AgentException">The kernel refuses.</exception>
    bool TryRemove(FirewallRemoval removal);
}
