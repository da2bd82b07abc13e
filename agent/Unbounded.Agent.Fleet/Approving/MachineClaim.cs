using System.Text.Json.Nodes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Fleet.Approving;

/// <summary>What a cluster says of a machine as far as its identity goes.</summary>
/// <param name="Name">Name of the Machine.</param>
/// <param name="IsRegistered">Whether there is such a Machine, and it is not being deleted.</param>
/// <param name="Uid">The server's identity of it; null: there is none.</param>
/// <param name="TokenSecret">Name of the Secret with its bootstrap token; null: it names none.</param>
internal sealed record MachineClaim(string Name, bool IsRegistered, string? Uid, string? TokenSecret)
{
    /// <summary>Where they are.</summary>
    public static readonly ResourcePath Path = new(Machine.GroupVersion, "machines");

    /// <summary>Of a machine that is not there.</summary>
    public static MachineClaim Missing(string name) => new(name, false, null, null);

    /// <summary>Of a Machine. One of another shape than ours names no token: nothing is approved by it.</summary>
    public static MachineClaim Of(ApiObject item)
    {
        var token = Text(Member(Member(Member(JsonNode.Parse(item.Json.Span), "spec"), "kubernetes"), "bootstrapTokenRef") is { } reference ? Member(reference, "name") : null);
        return item.Meta.DeletionTimestamp is null ? new(item.Meta.Name, true, item.Meta.Uid, token) : Missing(item.Meta.Name);
    }

    private static JsonNode? Member(JsonNode? node, string name) => (node as JsonObject)?[name];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
