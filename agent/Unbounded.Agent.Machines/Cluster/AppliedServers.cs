using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Cluster;

/// <summary>The clusters that this host's committed side belongs to, by its applied config: what is known to have worked before a new side came.</summary>
internal sealed class AppliedServers(MachinePaths paths, IReadOnlyList<SlotName> slots)
{
    /// <summary>Reads them; a file that can't be read names none.</summary>
    public async Task<IReadOnlyList<AgentConfig>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<AgentConfig>();
        foreach (var slot in slots)
        {
            if (await ReadAsync(paths.AppliedConfig(slot), cancellationToken) is { Kubelet.ApiServer: not null } config)
                found.Add(config);
        }

        return found;
    }

    private static async Task<AgentConfig?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= AppliedConfig.MaxBytes })
                return null;
            return AppliedConfig.Load(path, await File.ReadAllBytesAsync(path, cancellationToken), sidecar: null).Config;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AgentException)
        {
            return null;
        }
    }
}
