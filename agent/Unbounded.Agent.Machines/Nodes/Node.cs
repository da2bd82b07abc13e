using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Session;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>A running machine, found by its first process. It owns that and the connection.</summary>
internal sealed class Node(MachineLeader leader, string payload, ISystemd systemd) : INode, IAsyncDisposable
{
    private const int Limit = 4096;

    public int Leader => leader.Pid;

    /// <summary>Whether its first process has not ended.</summary>
    public bool Lives
    {
        get
        {
            try
            {
                leader.ThrowIfEnded();
                return true;
            }
            catch (AgentException)
            {
                return false;
            }
        }
    }

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

    public IConfinedRoot OpenRoot()
    {
        var root = new ConfinedRoot(HostPath("/"));
        try
        {
            // Only now it is certain whose root was opened: the number may be another process's by now, and its root the host's.
            leader.ThrowIfEnded();
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    public Task SyncAsync(CancellationToken cancellationToken) => DurableDirectory.SyncFileSystemAsync(HostPath("/"), cancellationToken);

    public string HostPath(string path) => $"/proc/{leader.Pid}/root{path}";

    public async ValueTask DisposeAsync()
    {
        leader.Dispose();
        await systemd.DisposeAsync();
    }
}
