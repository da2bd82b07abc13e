using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Unbounded.Agent.Core.Tests.Schemas;

/// <summary>As much of JSON Schema 2020-12 as docs/schemas use. A keyword that it does not know fails: it would check nothing.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    public static JsonSchema Load(string name) =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "schemas", name)))!.AsObject());

    public JsonObject Root { get; } = root;

    /// <summary>Everything that is wrong with a document, each with its path.</summary>
    public IReadOnlyList<string> Validate(JsonNode? document)
    {
        var errors = new List<string>();
        Validate(Root, document, "$", errors);
        return errors;
    }

    /// <summary>The path of every property, items of lists as <c>[]</c>.</summary>
    public IReadOnlyList<string> Paths()
    {
        var paths = new List<string>();
        Collect(Root, "$", paths);
        return paths;
    }

    private void Collect(JsonObject schema, string path, List<string> paths)
    {
        schema = Resolve(schema);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            paths.Add($"{path}.{name}");
            Assert.False(string.IsNullOrEmpty((string?)property!["description"]), $"{path}.{name} has no description");
            Collect(property.AsObject(), $"{path}.{name}", paths);
        }

        if (schema["items"] is JsonObject items)
            Collect(items, path + "[]", paths);
    }

    private JsonObject Resolve(JsonObject schema) =>
        (string?)schema["$ref"] is { } reference ? Root["$defs"]![reference["#/$defs/".Length..]]!.AsObject() : schema;

    private void Validate(JsonObject schema, JsonNode? node, string path, List<string> errors)
    {
        foreach (var (keyword, value) in schema)
        {
            if (!IsValid(keyword, value!, node, path, errors))
                errors.Add($"{path}: {keyword} {value!.ToJsonString()}");
        }
    }

    private bool IsValid(string keyword, JsonNode value, JsonNode? node, string path, List<string> errors)
    {
        switch (keyword)
        {
            case "$schema" or "$id" or "$defs" or "title" or "description" or "default" or "deprecated" or "format":
                return true;
            case "$ref":
                Validate(Resolve(new JsonObject { ["$ref"] = value.DeepClone() }), node, path, errors);
                return true;
            case "type":
                return (value as JsonArray ?? [value.DeepClone()]).Any(t => (string?)t == TypeOf(node) || ((string?)t == "number" && TypeOf(node) == "integer"));
            case "enum":
                return value.AsArray().Any(v => JsonNode.DeepEquals(v, node));
            case "required":
                return node is not JsonObject required || value.AsArray().All(n => required.ContainsKey((string)n!));
            case "properties":
                foreach (var (name, property) in value.AsObject())
                {
                    if (node is JsonObject map && map.TryGetPropertyValue(name, out var member))
                        Validate(property!.AsObject(), member, $"{path}.{name}", errors);
                }

                return true;
            case "additionalProperties":
                foreach (var (name, member) in node as JsonObject ?? [])
                    Validate(value.AsObject(), member, $"{path}.{name}", errors);
                return true;
            case "items":
                foreach (var item in node as JsonArray ?? [])
                    Validate(value.AsObject(), item, path + "[]", errors);
                return true;
            case "pattern":
                return TypeOf(node) != "string" || Regex.IsMatch((string)node!, (string)value!, RegexOptions.ECMAScript, TimeSpan.FromMinutes(1));
            case "maxLength":
                return TypeOf(node) != "string" || ((string)node!).Length <= (int)value;
            case "maxItems":
                return node is not JsonArray list || list.Count <= (int)value;
            case "maxProperties":
                return node is not JsonObject members || members.Count <= (int)value;
            case "minimum":
                return TypeOf(node) != "integer" || (long)node! >= (long)value;
            default:
                throw new NotSupportedException(keyword);
        }
    }

    private static string TypeOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => node.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-') ? "integer" : "number",
        _ => "boolean",
    };
}
