using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>A running machine, found by its first process.</summary>
internal sealed class Node(int leader, string payload, ISystemd systemd) : INode
{
    private const int Limit = 4096;

    public int Leader => leader;

    public ISystemd Systemd => systemd;

    public string Payload => payload;

    public string? BootId
    {
        get
        {
            try
            {
                using var root = OpenRoot();
                var bytes = root.TryRead("/proc/sys/kernel/random/boot_id", Limit);
                // What a machine says is shown and stored: only what has the form of a boot ID is.
                return bytes is not null && Guid.TryParseExact(Encoding.ASCII.GetString(bytes).Trim(), "D", out var id) ? id.ToString("D") : null;
            }
            catch (AgentException)
            {
                // The machine is ending: its /proc is gone before its first process is.
                return null;
            }
        }
    }

    public IConfinedRoot OpenRoot() => new ConfinedRoot(HostPath("/"));

    public Task SyncAsync(CancellationToken cancellationToken) => DurableDirectory.SyncFileSystemAsync(HostPath("/"), cancellationToken);

    public string HostPath(string path) => $"/proc/{leader}/root{path}";
}
