using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Nodes;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>A machine that runs.</summary>
internal sealed class SimNode(NspawnHost host, SimSide side) : INode
{
    public int Leader => 1000;

    public ISystemd Systemd { get; } = new SimNodeSystemd(host, side);

    public string? BootId => $"{side.Name}-{side.BootCount}";

    public string Payload => side.Name.Value;

    public IConfinedRoot OpenRoot() => host.Paths.Files.System.OpenRoot(host.Paths.MachineRoot(side.Name));

    public Task SyncAsync(CancellationToken cancellationToken) =>
        host.Paths.Files.SyncFileSystemAsync(host.Paths.MachineRoot(side.Name), cancellationToken);

    public string HostPath(string path) => host.Paths.MachineRoot(side.Name) + path;
}
