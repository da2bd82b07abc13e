using System.Text.Json;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>An object as a server sent it: every field is kept, also those that this version does not know.</summary>
/// <param name="Meta">Who it is.</param>
/// <param name="Json">All of it, UTF-8.</param>
public sealed record ApiObject(ObjectMeta Meta, ReadOnlyMemory<byte> Json)
{
    /// <summary>The object as JSON text.</summary>
    public override string ToString() => $"{Meta.Name} at {Meta.ResourceVersion}";

    /// <exception cref="AgentException"><see cref="KubernetesErrors.AnswerUnreadable"/>.</exception>
    internal static ApiObject Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, CallsJson.Default.ObjectHead)?.Metadata is { Name.Length: > 0 } meta
                ? new(meta, json)
                : throw ApiErrors.Unreadable("an object without metadata.name");
        }
        catch (JsonException e)
        {
            throw ApiErrors.Unreadable("something that is no object", e);
        }
    }
}

/// <summary>The part of an object's metadata that the client uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace, null: cluster-scoped.</param>
/// <param name="Uid">The server's identity of it: another one after it was deleted and made again.</param>
/// <param name="ResourceVersion">The server's version of it.</param>
/// <param name="Generation">Counts changes of its spec.</param>
/// <param name="DeletionTimestamp">Since when it is being deleted; null: it is not.</param>
public sealed record ObjectMeta(
    string Name,
    string? Namespace = null,
    string? Uid = null,
    string? ResourceVersion = null,
    long? Generation = null,
    DateTimeOffset? DeletionTimestamp = null);
