using System.Text;
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
                var bytes = BoundedFile.TryRead(HostPath("/proc/sys/kernel/random/boot_id"), Limit);
                return bytes is null ? null : Encoding.ASCII.GetString(bytes).Trim();
            }
            catch (Core.Errors.AgentException)
            {
                // The machine is ending: its /proc is gone before its first process is.
                return null;
            }
        }
    }

    public string HostPath(string path) => $"/proc/{leader}/root{path}";
}
