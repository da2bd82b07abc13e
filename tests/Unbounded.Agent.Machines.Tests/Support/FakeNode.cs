using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A running machine that is a directory, a fake systemd and, where a test wants one, a real cgroup.</summary>
internal sealed class FakeNode(string root) : INode
{
    public FakeSystemd Fake { get; } = new();

    public int Leader { get; set; } = Environment.ProcessId;

    public ISystemd Systemd => Fake;

    /// <summary>Whether its units' conditions, as its systemd has read them, let node software start.</summary>
    public Func<bool> MayWork { get; set; } = () => true;

    public string? BootId { get; set; } = "9b0f5d3c-1111-2222-3333-444455556666";

    public string Payload { get; set; } = "/sys/fs/cgroup/uba-there-is-no-such-cgroup";

    public IConfinedRoot OpenRoot() => new ConfinedRoot(HostPath("/"));

    public Task SyncAsync(CancellationToken cancellationToken) => DurableDirectory.SyncFileSystemAsync(HostPath("/"), cancellationToken);

    public string HostPath(string path) => root + path;
}
