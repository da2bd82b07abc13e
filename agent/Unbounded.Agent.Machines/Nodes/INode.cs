using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>A running machine, seen from the host.</summary>
internal interface INode
{
    /// <summary>Its PID 1, as the host counts.</summary>
    int Leader { get; }

    /// <summary>The systemd inside it.</summary>
    ISystemd Systemd { get; }

    /// <summary>Its own boot ID (nspawn gives each start another one); null when it can't be read.</summary>
    string? BootId { get; }

    /// <summary>Directory of the cgroup that all of its processes are in.</summary>
    string Payload { get; }

    /// <summary>Its root, for its files: what is in it leads nowhere else.</summary>
    IConfinedRoot OpenRoot();

    /// <summary>Makes everything in its root durable.</summary>
    Task SyncAsync(CancellationToken cancellationToken);

    /// <summary>A path inside it, as the host reaches it.</summary>
    string HostPath(string path);
}
