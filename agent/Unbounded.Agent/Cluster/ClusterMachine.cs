using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Cluster;

/// <summary>
/// The Machine as the API server last said it, kept on the host: what is wanted survives a lost server and a restart, and every command sees the same.
/// </summary>
internal sealed class ClusterMachine(IDurableStore store, AgentPaths paths)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What is wanted, and of whom: the rest changes whenever anybody writes a status.
    private static readonly string[] Kept = ["name", "uid", "generation"];

    /// <summary>The object; null when none was seen yet.</summary>
    public Task<byte[]?> ReadAsync(CancellationToken cancellationToken) => store.ReadAsync(paths.ClusterMachine, MachineJson.MaxBytes, cancellationToken);

    /// <summary>Keeps an object.</summary>
    /// <returns>Whether what is wanted changed.</returns>
    public Task<bool> KeepAsync(ApiObject machine, CancellationToken cancellationToken) =>
        store.WriteIfChangedAsync(paths.ClusterMachine, Essence(machine), Private, cancellationToken);

    internal static byte[] Essence(ApiObject machine)
    {
        var whole = JsonNode.Parse(machine.Json.Span)!.AsObject();
        var metadata = new JsonObject();
        foreach (var member in Kept)
        {
            if (whole["metadata"]?[member] is { } value)
                metadata[member] = value.DeepClone();
        }

        var essence = new JsonObject
        {
            ["apiVersion"] = whole["apiVersion"]?.DeepClone(),
            ["kind"] = whole["kind"]?.DeepClone(),
            ["metadata"] = metadata,
            ["spec"] = whole["spec"]?.DeepClone() ?? new JsonObject(),
        };
        return Encoding.UTF8.GetBytes(essence.ToJsonString());
    }
}
