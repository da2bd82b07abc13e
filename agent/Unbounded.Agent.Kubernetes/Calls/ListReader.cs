using System.Text.Json;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Reads a page of a list.</summary>
internal static class ListReader
{
    /// <exception cref="AgentException"><see cref="KubernetesErrors.AnswerUnreadable"/>.</exception>
    public static Page Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var head = document.RootElement.Deserialize(CallsJson.Default.ListHead);
            if (head?.Metadata is not { ResourceVersion: { } version } metadata || !document.RootElement.TryGetProperty("items", out var items))
                throw ApiErrors.Unreadable("something that is no list");
            var objects = items.ValueKind == JsonValueKind.Array ? items.EnumerateArray().Select(One).ToList() : [];
            return new(objects, version, metadata.Continue is { Length: > 0 } next ? next : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiErrors.Unreadable("something that is no list", e);
        }
    }

    private static ApiObject One(JsonElement item) => ApiObject.Read(System.Text.Encoding.UTF8.GetBytes(item.GetRawText()));
}
