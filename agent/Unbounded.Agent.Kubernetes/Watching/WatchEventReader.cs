using System.Net;
using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>Reads one line of a watch.</summary>
internal static class WatchEventReader
{
    /// <summary>The event; null for a type that this version does not know.</summary>
    /// <exception cref="AgentException">The line is the server's error, or can't be understood.</exception>
    public static WatchEvent? Read(ReadOnlyMemory<byte> line, ResourcePath path)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var type = document.RootElement.GetProperty("type").GetString();
            var raw = System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetProperty("object").GetRawText());
            return type switch
            {
                "ADDED" => Of(WatchEventType.Added, ApiObject.Read(raw)),
                "MODIFIED" => Of(WatchEventType.Modified, ApiObject.Read(raw)),
                "DELETED" => Of(WatchEventType.Deleted, ApiObject.Read(raw)),
                "BOOKMARK" => Bookmark(raw),
                "ERROR" => throw ApiErrors.Of("watch", path, (HttpStatusCode)(ApiErrors.StatusOf(raw)?.Code ?? 500), raw),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw ApiErrors.Unreadable("a line that is no event", e);
        }
    }

    private static WatchEvent Of(WatchEventType type, ApiObject thing) =>
        thing.Meta.ResourceVersion is { } version ? new(type, thing, version) : throw ApiErrors.Unreadable("an object without a version");

    // Its object has a version and, by the API's conventions, nothing else: no name.
    private static WatchEvent Bookmark(byte[] raw)
    {
        using var document = JsonDocument.Parse(raw);
        var version = document.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()
            ?? throw ApiErrors.Unreadable("a bookmark without a version");
        return new(WatchEventType.Bookmark, new ApiObject(new ObjectMeta("", ResourceVersion: version), raw), version);
    }
}
