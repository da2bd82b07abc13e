using System.Text.Json;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>Keeps the known Node on the host.</summary>
internal sealed class NodeMemory(IDurableStore store, AgentPaths paths)
{
    private const int LimitBytes = 4096;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task<KnownNode?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.ClusterNode, LimitBytes, cancellationToken) is not { } bytes)
            return null;
        try
        {
            return StoredJson.Read(bytes, NodeJson.Default.KnownNode);
        }
        catch (JsonException)
        {
            // Known anew from the next look: at worst one deletion is not seen.
            return null;
        }
    }

    public Task WriteAsync(KnownNode known, CancellationToken cancellationToken) =>
        store.WriteAsync(paths.ClusterNode, JsonSerializer.SerializeToUtf8Bytes(known, NodeJson.Default.KnownNode), Private, cancellationToken);
}
