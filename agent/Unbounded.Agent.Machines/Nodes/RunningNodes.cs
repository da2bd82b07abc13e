using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus.Session;
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
    // systemd in a machine moves itself into it; everything else of the machine is beside it.
    private const string InitScope = "/init.scope";

    private readonly Lock _gate = new();
    private readonly Dictionary<SlotName, Known> _known = [];

    public async Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
        return await FindAsync(slot, unit);
    }

    public async Task<INode?> FindBootedAsync(SlotName slot, CancellationToken cancellationToken)
    {
        if (Alive(slot) is { } known)
        {
            return known;
        }

        var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
        return unit.IsActive ? await FindAsync(slot, unit) : null;
    }

    public async Task<string?> FindRemainsAsync(SlotName slot, CancellationToken cancellationToken)
    {
        var unit = await host.GetUnitAsync(Units.Machine(slot), cancellationToken);
        return unit.ControlGroup.Length == 0 ? null : cgroups.Directory(unit.ControlGroup);
    }

    public async ValueTask DisposeAsync()
    {
        List<Known> all;
        lock (_gate)
        {
            all = [.. _known.Values];
            _known.Clear();
        }

        foreach (var known in all)
        {
            await known.Node.DisposeAsync();
        }
    }

    private async Task<INode?> FindAsync(SlotName slot, UnitState unit)
    {
        var found = Replace(slot, unit, out var stale);
        if (stale is not null)
        {
            await stale.DisposeAsync();
        }

        return found;
    }

    private Node? Alive(SlotName slot)
    {
        lock (_gate)
        {
            return _known.TryGetValue(slot, out var known) && known.IsBooted && known.Node.Lives ? known.Node : null;
        }
    }

    // Checks look in parallel: whoever comes first opens, and nobody disposes of what another has just been given.
    private Node? Replace(SlotName slot, UnitState unit, out Node? stale)
    {
        lock (_gate)
        {
            var leader = unit.MainPid > 0 ? FindLeader(unit.MainPid) : null;
            // The number of a leader may come again with another start of the machine.
            if (_known.TryGetValue(slot, out var known) && known.Node.Leader == leader && known.Invocation == unit.InvocationId)
            {
                stale = null;
                _known[slot] = known with { IsBooted = unit.IsActive };
                return known.Node;
            }

            stale = _known.Remove(slot, out known) ? known.Node : null;
            if (leader is not { } pid || Open(pid) is not { } node)
            {
                return null;
            }

            _known[slot] = new Known(node, unit.InvocationId, unit.IsActive);
            return node;
        }
    }

    private Node? Open(int leader)
    {
        // Where the leader is, not where its service says: an empty answer would look like a machine without pods.
        if (cgroups.DirectoryOf(leader) is not { } cgroup)
        {
            return null;
        }

        MachineLeader? process = null;
        try
        {
            process = new MachineLeader(leader);
            var payload = cgroup.EndsWith(InitScope, StringComparison.Ordinal) ? cgroup[..^InitScope.Length] : cgroup;
            var node = new Node(process, payload, open(leader));
            process = null;
            return node;
        }
        catch (AgentException e) when (e.Code == LinuxErrors.MachineEnded)
        {
            return null;
        }
        finally
        {
            process?.Dispose();
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

    private sealed record Known(Node Node, string Invocation, bool IsBooted);
}
