using System.Globalization;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>
/// Finds a machine by its service (law 13: the unit tells what lives, machined's list does not), and keeps the connection to its systemd as long as
/// the machine lives, so that a handover does not wait for one.
/// </summary>
/// <param name="host">The host's systemd.</param>
/// <param name="open">Opens the systemd of a machine by its first process.</param>
/// <param name="cgroups">The host's cgroup hierarchy.</param>
internal sealed class RunningNodes(ISystemd host, Func<int, ISystemd> open, CgroupTree cgroups) : INodes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SlotName, Node> _known = [];

    public async Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
        var leader = unit.MainPid > 0 ? FindLeader(unit.MainPid) : null;
        if (leader is null)
        {
            await ForgetAsync(slot);
            return null;
        }

        lock (_gate)
        {
            if (_known.TryGetValue(slot, out var known) && known.Leader == leader)
            {
                return known;
            }
        }

        await ForgetAsync(slot);
        var node = new Node(leader.Value, $"{cgroups.Directory(unit.ControlGroup)}/payload", open(leader.Value));
        lock (_gate)
        {
            _known[slot] = node;
        }

        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _known.Keys.ToList())
        {
            await ForgetAsync(slot);
        }
    }

    // nspawn's only child that is PID 1 of a namespace of its own.
    private static int? FindLeader(int supervisor)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{supervisor}/task")
                .SelectMany(t => File.ReadAllText($"{t}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(p => (int?)int.Parse(p, CultureInfo.InvariantCulture))
                .FirstOrDefault(p => ProcessStatus.TryRead(p!.Value) is { IsNamespaceInit: true });
        }
        catch (IOException)
        {
            // nspawn ended meanwhile.
            return null;
        }
    }

    private async Task ForgetAsync(SlotName slot)
    {
        Node? node;
        lock (_gate)
        {
            _known.Remove(slot, out node);
        }

        if (node is not null)
        {
            await node.Systemd.DisposeAsync();
        }
    }
}
