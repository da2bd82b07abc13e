using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Cgroups;
using Unbounded.Agent.Linux.DBus;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Adoption;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Machines.Removal;
using Unbounded.Agent.Machines.Rootfs;
using Unbounded.Agent.Machines.Settings;
using Unbounded.Agent.Machines.Slots;

namespace Unbounded.Agent.Machines;

/// <summary>The machines backend, put together. It owns its connections.</summary>
public sealed class MachinesBackend : IAsyncDisposable
{
    private readonly ISystemd _host;
    private readonly IMachined _machined;
    private readonly RunningNodes _nodes;
    private readonly HttpClient _loopback;
    private readonly MachinePaths _paths;
    private readonly MachineSlots _slots;
    private readonly Marker _marker;
    private readonly Enablement _enablement;
    private readonly SlotRemover _remover;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;

    /// <summary>Puts the backend together; nothing is connected yet.</summary>
    /// <param name="paths">Where things are on the host.</param>
    /// <param name="connector">The way to systemd and machined.</param>
    /// <param name="images">The image store.</param>
    /// <param name="agentBinary">Absolute path of the agent, for the machines' drop-ins.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Loggers.</param>
    /// <param name="clusterNode">What a cluster says of this host's Node, for the gate; null: nothing is asked.</param>
    public MachinesBackend(
        MachinePaths paths,
        ISystemdConnector connector,
        INodeImages images,
        string agentBinary,
        TimeProvider time,
        ILoggerFactory loggers,
        IClusterNode? clusterNode = null)
    {
        _paths = paths;
        _loggers = loggers;
        _time = time;
        _host = connector.Host();
        _machined = connector.Machined();
        _nodes = new RunningNodes(_host, connector.InMachine, CgroupTree.OfHost());
        // Health is asked of this host only; a proxy of the environment has no business there.
        _loopback = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero });
        var names = MachineSlots.BothNames;
        _marker = new Marker(paths, names);
        _enablement = new Enablement(paths, names);
        var machines = new MachineService(_host, time);
        var identity = new KubeletIdentity(paths);
        var cache = new ImageCache(paths);
        var adopted = new AdoptedMachines(paths, _host, _marker, new AdoptedSettings(paths, agentBinary));
        var inspector = new SlotInspector(paths, names, _host, _nodes, _marker, _enablement, adopted, images);
        _remover = new SlotRemover(paths, _host, machines);
        var preparer = new SlotPreparer(
            paths,
            machines,
            _remover,
            new RootProvider(_host, machines, images),
            images,
            _marker,
            identity,
            cache,
            new SoftwareCheck(_nodes, time),
            time,
            agentBinary);
        var handover = new NodeHandover(
            paths,
            _nodes,
            machines,
            new Nodes.NodeSoftware(time),
            new PodProcesses(time),
            _marker,
            identity,
            cache,
            adopted,
            loggers.CreateLogger<NodeHandover>());
        _slots = new MachineSlots(
            inspector,
            preparer,
            _remover,
            handover,
            machines,
            new LiveSettings(_nodes, adopted),
            _nodes,
            images,
            _enablement,
            identity,
            adopted,
            paths,
            _host,
            _loopback,
            time)
        {
            ClusterNode = clusterNode,
        };
    }

    /// <summary>The slots.</summary>
    public ISlots Slots => _slots;

    /// <summary>Names of its slots on every host.</summary>
    public static IReadOnlyList<SlotName> SlotNames => MachineSlots.BothNames;

    /// <summary>The host's systemd, as the backend uses it.</summary>
    public ISystemd Host => _host;

    /// <summary>Takes the machines away again, for <c>uninstall</c>.</summary>
    public IMachineRemoval Removal => new MachineRemoval(_paths, _slots.Names, _host, new MachineService(_host, _time), _remover);

    /// <summary>What the hidden command <c>machine-prestart</c> does.</summary>
    /// <param name="slot">Name of a machine; one that is not the agent's is left alone.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task PrestartAsync(string slot, CancellationToken cancellationToken) =>
        _slots.Names.Any(n => string.Equals(n.Value, slot, StringComparison.Ordinal))
            ? new Prestart.MachinePrestart(
                _paths, _marker, _enablement, new BindList(_paths), _machined, _time, _loggers.CreateLogger<Prestart.MachinePrestart>())
                .RunAsync(new SlotName(slot), cancellationToken)
            : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _machined.DisposeAsync();
        await _host.DisposeAsync();
        _loopback.Dispose();
    }
}
