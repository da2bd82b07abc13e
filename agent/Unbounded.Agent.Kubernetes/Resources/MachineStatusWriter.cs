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
    public static string ToYaml(string name, MachineStatus status)
    {
        var machine = new JsonObject
        {
            ["apiVersion"] = Machine.GroupVersion,
            ["kind"] = Machine.KindName,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["status"] = Clean(JsonSerializer.SerializeToNode(status, ResourceJson.Default.MachineStatus)!),
        };
        return YamlEmitter.Write(machine);
    }

    /// <summary>
    /// The status alone, as JSON (docs/schemas/status.schema.json) with two blanks a level and a final newline. Every member is there, null where nothing is
    /// known, so that a tool needs to ask for a value only.
    /// </summary>
    public static byte[] ToJson(MachineStatus status)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            Clean(JsonSerializer.SerializeToNode(status, CompleteJson.Default.MachineStatus)!).WriteTo(writer);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static JsonNode Clean(JsonNode node)
    {
        Scrub(node);
        return node;
    }

    private static void Scrub(JsonNode node)
    {
        foreach (var (child, replace) in Children(node).ToList())
        {
            if (child is JsonValue value && value.TryGetValue<string>(out var text))
                replace(WellFormed(Redaction.Scrub(text)));
            else if (child is not null)
                Scrub(child);
        }
    }

    private static IEnumerable<(JsonNode? Child, Action<string> Replace)> Children(JsonNode node) => node switch
    {
        JsonObject map => map.Select(m => (m.Value, new Action<string>(text => map[m.Key] = text))),
        JsonArray list => list.Select((item, i) => (item, new Action<string>(text => list[i] = text))),
        _ => [],
    };

    // Names of files from outside can hold half a surrogate pair, which no encoding of the output can.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
