using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>
/// Writes JSON byte for byte as Go's <c>encoding/json</c> <c>MarshalIndent(v, "", "  ")</c> does: the checksum of an applied config is over its
/// exact bytes. Members keep their order (a struct's); those of a map are to be sorted with <see cref="Sorted"/> first.
/// </summary>
internal static class GoJson
{
    public static byte[] Write(JsonNode node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A copy with the members of every object in the order of their bytes, as Go writes a map.</summary>
    public static JsonNode? Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                var sorted = new JsonObject();
                foreach (var (key, value) in map.OrderBy(m => m.Key, Utf8Order.Instance))
                    sorted[key] = Sorted(value);
                return sorted;
            case JsonArray list:
                return new JsonArray([.. list.Select(Sorted)]);
            default:
                return node?.DeepClone();
        }
    }

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject map:
                AppendAll(text, '{', '}', depth, [.. map], (member, inner) =>
                {
                    AppendText(text, member.Key);
                    text.Append(": ");
                    Append(text, member.Value, inner);
                });
                break;
            case JsonArray list:
                AppendAll(text, '[', ']', depth, [.. list], (item, inner) => Append(text, item, inner));
                break;
            default:
                AppendScalar(text, node);
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, char open, char close, int depth, List<T> items, Action<T, int> append)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            append(items[i], depth + 1);
        }

        if (items.Count > 0)
            text.Append('\n').Append(' ', 2 * depth);
        text.Append(close);
    }

    private static void AppendScalar(StringBuilder text, JsonNode node)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.String:
                AppendText(text, node.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(GoNumber.Format(node.ToJsonString()));
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.True ? "true" : "false");
                break;
        }
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                // Go keeps JSON safe to embed in HTML and JavaScript.
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static Utf8Order Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
