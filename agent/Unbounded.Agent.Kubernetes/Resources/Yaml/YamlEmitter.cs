using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Writes a JSON tree as block YAML, members in their order.</summary>
internal static class YamlEmitter
{
    public static string Write(JsonObject document)
    {
        var yaml = new YamlWriter();
        AppendMembers(yaml, document, 0, first: "");
        return yaml.ToString();
    }

    // Items of a list stand as deep as its key, with "- " before the first line of each.
    private static void AppendMembers(YamlWriter yaml, JsonObject map, int level, string first)
    {
        foreach (var (key, value) in map)
        {
            AppendMember(yaml, key, value, level, first);
            first = first.Length == 0 ? "" : "  ";
        }
    }

    private static void AppendMember(YamlWriter yaml, string key, JsonNode? value, int level, string prefix)
    {
        var head = prefix + YamlWriter.Quoted(key) + ":";
        var deeper = level + (prefix.Length / 2);
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                yaml.Line(level, head);
                AppendMembers(yaml, map, deeper + 1, first: "");
                break;
            case JsonArray { Count: > 0 } list:
                yaml.Line(level, head);
                foreach (var item in list)
                    AppendItem(yaml, item, deeper);
                break;
            default:
                yaml.Line(level, $"{head} {Scalar(value)}");
                break;
        }
    }

    private static void AppendItem(YamlWriter yaml, JsonNode? item, int level)
    {
        switch (item)
        {
            case JsonObject { Count: > 0 } map:
                AppendMembers(yaml, map, level, first: "- ");
                break;
            case JsonArray { Count: > 0 } list:
                yaml.Line(level, "-");
                foreach (var inner in list)
                    AppendItem(yaml, inner, level + 1);
                break;
            default:
                yaml.Line(level, "- " + Scalar(item));
                break;
        }
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => YamlWriter.Quoted(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };
}
