using System.Security.Cryptography;
using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Linux.Network.Routing;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Network;

/// <summary>What a node left in the network namespace that the process is in: through netlink, without ip, nft or iptables.</summary>
public sealed class HostNetwork : IHostNetwork
{
    private const int Attempts = 5;
    private readonly IRouting _routing;
    private readonly INfTables _firewall;

    /// <summary>Creates the view.</summary>
    public HostNetwork(IRouting routing, INfTables firewall)
    {
        _routing = routing;
        _firewall = firewall;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindAsync(IReadOnlySet<string> baseline, CancellationToken cancellationToken) => Task.Run(() => Find(baseline), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyList<string> items, CancellationToken cancellationToken) => Task.Run(() => Remove(items, cancellationToken), cancellationToken);

    private static string Text(NetworkLink link) => $"link {link.Name}";

    private static string Text(PolicyRule rule) => $"rule ipv{(rule.Family == 2 ? 4 : 6)} priority {rule.Priority} table {rule.Table} ({Mark(rule.Raw)})";

    private static string Text(RouteEntry route) => $"route ipv{(route.Family == 2 ? 4 : 6)} {route.Destination} table {route.Table} ({Mark(route.Raw)})";

    // Two rules may differ only in what is not shown.
    private static string Mark(byte[] raw) => Convert.ToHexStringLower(SHA256.HashData(raw).AsSpan(0, 4));

    internal IReadOnlyList<string> Find(IReadOnlySet<string> baseline) =>
    [
        .. Rules().Select(Text).Concat(Routes().Select(Text)).Concat(Links().Select(Text)).Where(t => !baseline.Contains(t)),
        .. StaleFirewall.Find(_firewall.Read(), baseline),
    ];

    internal void Remove(IReadOnlyList<string> items, CancellationToken cancellationToken)
    {
        var names = items.ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
            return;
        foreach (var rule in Rules().Where(r => names.Contains(Text(r))))
            _routing.Delete(rule);
        foreach (var route in Routes().Where(r => names.Contains(Text(r))))
            _routing.Delete(route);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var link in Links().Where(l => names.Contains(Text(l))))
            _routing.Delete(link);
        for (var attempt = 1; attempt <= Attempts && !_firewall.TryRemove(StaleFirewall.Removal(_firewall.Read(), names)); attempt++)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private IEnumerable<NetworkLink> Links() => _routing.Links().Where(NodeLinks.IsNodes);

    private IEnumerable<PolicyRule> Rules() => _routing.Rules().Where(r => r.Table is >= NodeLinks.FirstTable and <= NodeLinks.LastTable);

    private IReadOnlyList<RouteEntry> Routes() => _routing.Routes(NodeLinks.FirstTable, NodeLinks.LastTable);
}
