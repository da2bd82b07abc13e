using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>How changes come together.</summary>
internal static class FakeMerge
{
    private static readonly string[] Identity = ["apiVersion", "kind", "metadata"];

    /// <summary>RFC 7386.</summary>
    public static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
                into.Remove(key);
            else if (value is JsonObject inner && into[key] is JsonObject old)
                Merge(old, inner);
            else
                into[key] = value.DeepClone();
        }
    }

    /// <summary>One manager says what its fields are.</summary>
    public static void Apply(JsonObject into, JsonObject body, string manager, bool force, Dictionary<string, HashSet<string>> owners, string name)
    {
        var fields = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (key, value) in body.Where(m => !Identity.Contains(m.Key)))
            Leaves(key, value!, fields);
        foreach (var (path, value) in fields)
        {
            var others = owners.Where(o => o.Key != manager && o.Value.Contains(path)).Select(o => o.Key).ToList();
            if (others.Count == 0 || JsonNode.DeepEquals(At(into, path), value))
                continue;
            if (!force)
                throw new FakeRefusal(409, "Conflict", $"Apply failed with 1 conflict: conflict with \"{others[0]}\": .{path}", name);
            foreach (var other in others)
                owners[other].Remove(path);
        }

        if (owners.TryGetValue(manager, out var before))
        {
            foreach (var path in before.Where(p => !fields.ContainsKey(p) && !owners.Any(o => o.Key != manager && o.Value.Contains(p))))
                Set(into, path, null);
        }

        owners[manager] = [.. fields.Keys];
        foreach (var (path, value) in fields)
            Set(into, path, value.DeepClone());
    }

    private static void Leaves(string path, JsonNode value, Dictionary<string, JsonNode> fields)
    {
        if (value is JsonObject map)
        {
            foreach (var (key, inner) in map)
                Leaves($"{path}|{key}", inner!, fields);
        }
        else if (value is JsonArray list && path.EndsWith("|conditions", StringComparison.Ordinal))
        {
            foreach (var item in list)
                fields[$"{path}|type={item!["type"]}"] = item;
        }
        else
        {
            fields[path] = value;
        }
    }

    private static JsonNode? At(JsonObject map, string path)
    {
        JsonNode? at = map;
        foreach (var part in path.Split('|'))
            at = at is JsonArray list ? Item(list, part) : at?[part];
        return at;
    }

    private static void Set(JsonObject map, string path, JsonNode? value)
    {
        var parts = path.Split('|');
        JsonNode at = map;
        for (var i = 0; i < parts.Length - 1; i++)
            at = at[parts[i]] ??= parts[i + 1].StartsWith("type=", StringComparison.Ordinal) ? new JsonArray() : new JsonObject();
        if (at is JsonArray list)
        {
            if (Item(list, parts[^1]) is { } old)
                list.Remove(old);
            if (value is not null)
                list.Add(value);
        }
        else if (value is null)
        {
            at.AsObject().Remove(parts[^1]);
        }
        else
        {
            at[parts[^1]] = value;
        }
    }

    private static JsonNode? Item(JsonArray list, string key) => list.FirstOrDefault(i => $"type={i!["type"]}" == key);
}
