using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Network.Firewall;
using Unbounded.Agent.Machines.HostPreparation.Changes;
using Unbounded.Agent.Machines.HostPreparation.Journal;

namespace Unbounded.Agent.Machines.HostPreparation.Network;

/// <summary>
/// What <c>unbounded-agent-firewall.service</c> does before a machine starts: removes the chains that earlier machines left, and nothing else.
/// Does nothing while any machine runs (law 12), and nothing on a host without a record of what was there before the first machine.
/// </summary>
public sealed class FirewallCleaner
{
    private readonly ISystemd _systemd;
    private readonly INfTables _firewall;
    private readonly HostJournalStore _journals;

    /// <summary>Creates the cleaner.</summary>
    /// <param name="systemd">The host's systemd.</param>
    /// <param name="firewall">The packet filter.</param>
    /// <param name="store">Where the journal of the installation is.</param>
    /// <param name="journalPath">The journal; another one in tests.</param>
    public FirewallCleaner(ISystemd systemd, INfTables firewall, IDurableStore store, string journalPath = HostPaths.Journal)
    {
        _systemd = systemd;
        _firewall = firewall;
        _journals = new HostJournalStore(store, journalPath);
    }

    /// <summary>Clears what is stale.</summary>
    /// <returns>What was removed, one text each.</returns>
    /// <exception cref="Core.Errors.AgentException">systemd or the kernel refuses, or the journal can't be read.</exception>
    public async Task<IReadOnlyList<string>> ClearAsync(CancellationToken cancellationToken)
    {
        if (await _journals.LoadAsync(cancellationToken) is not { } journal || await AnyMachineRunsAsync(cancellationToken))
            return [];
        if (NetworkChange.Baseline(journal.Find(NetworkChange.ChangeName)?.State) is not { } baseline)
            return [];
        for (var attempt = 0; ; attempt++)
        {
            var ruleset = _firewall.Read();
            var items = StaleFirewall.Find(ruleset, baseline).ToHashSet(StringComparer.Ordinal);
            if (_firewall.TryRemove(StaleFirewall.Removal(ruleset, items)) || attempt == 4)
                return [.. items.Order(StringComparer.Ordinal)];
        }
    }

    private async Task<bool> AnyMachineRunsAsync(CancellationToken cancellationToken)
    {
        var units = await _systemd.ListUnitsAsync(["systemd-nspawn@*.service"], [], cancellationToken);
        // One that waits for its automatic restart is down: its start is what this clears the way for.
        return units.Any(u => u.ActiveState is not (ActiveState.Inactive or ActiveState.Failed) && !u.SubState.StartsWith("auto-restart", StringComparison.Ordinal));
    }
}
