using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>
/// Writes a status for files and for the status subresource. The same status always gives the same bytes, so that an unchanged one is not written again; what
/// looks like a secret is hidden in every text of it.
/// </summary>
public static class MachineStatusWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A Machine with this status, as a YAML document.</summary>
    /// <param name="name">Name of the Machine.</param>
    /// <param name="status">Its status.</param>
    public static string ToYaml(string name, MachineStatus status) => YamlEmitter.Write(Shape(name, status));

    /// <summary>
    /// The status as a merge patch of the status subresource: what is not known is null, and so removed. Not a server-side apply: an API server of 1.20 takes
    /// an object that is no longer applied, and an empty text, for null, and then refuses the null.
    /// </summary>
    /// <param name="status">The status.</param>
    public static byte[] ToPatch(MachineStatus status)
    {
        var shape = StatusShape.Of(status);
        foreach (var (_, value) in shape.ToList())
            RemoveNullsInLists(value);
        return Encoding.UTF8.GetBytes(new JsonObject { ["status"] = Clean(shape) }.ToJsonString());
    }

    /// <summary>
    /// The status alone, as JSON (docs/schemas/status.schema.json) with two blanks a level and a final newline. Every member is there, null where nothing is
    /// known, so that a tool needs to ask for a value only.
    /// </summary>
    public static byte[] ToJson(MachineStatus status)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            Clean(StatusShape.Of(status)).WriteTo(writer);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    // A list is replaced as a whole: a null in one of its items would stay there.
    private static void RemoveNullsInLists(JsonNode? node)
    {
        if (node is JsonArray list)
            list.OfType<JsonObject>().ToList().ForEach(item => StatusShape.WithoutNulls(item));
        else if (node is JsonObject map)
            map.ToList().ForEach(member => RemoveNullsInLists(member.Value));
    }

    private static JsonObject Shape(string name, MachineStatus status) => new()
    {
        ["apiVersion"] = Machine.GroupVersion,
        ["kind"] = Machine.KindName,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["status"] = Clean(StatusShape.WithoutNulls(StatusShape.Of(status))),
    };

    private static JsonObject Clean(JsonObject node)
    {
        Scrub(node);
        return node;
    }

    private static void Scrub(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var key in map.Select(m => m.Key).ToList())
                {
                    if (Scrubbed(map[key]) is { } text)
                        map[key] = text;
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (Scrubbed(list[i]) is { } text)
                        list[i] = text;
                }

                break;
        }
    }

    // The text that takes a text's place; null for anything else, whose own members were scrubbed.
    private static string? Scrubbed(JsonNode? node)
    {
        if (node?.GetValueKind() == JsonValueKind.String)
            return WellFormed(Redaction.Scrub(node.GetValue<string>()));
        Scrub(node);
        return null;
    }

    // Names of files from outside can hold half a surrogate pair, which no encoding of the output can.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
