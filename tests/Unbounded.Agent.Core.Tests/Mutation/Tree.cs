using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>
/// A document as a tree that may hold what no serializer would write: names twice, numbers that are none, escapes without their other half. Scalars are
/// kept as they are written.
/// </summary>
internal sealed class Tree
{
    private Tree(TreeKind kind, string raw) => (Kind, Raw) = (kind, raw);

    public TreeKind Kind { get; }

    /// <summary>A scalar as JSON writes it.</summary>
    public string Raw { get; }

    /// <summary>Members of a map, in their order; names as JSON writes them between the quotes.</summary>
    public List<(string Name, Tree Value)> Members { get; } = [];

    public List<Tree> Items { get; } = [];

    public static Tree Scalar(string raw) => new(TreeKind.Scalar, raw);

    public static Tree Text(string text) => Scalar(JsonSerializer.Serialize(text));

    public static Tree Map(params IEnumerable<(string Name, Tree Value)> members)
    {
        var map = new Tree(TreeKind.Map, "");
        map.Members.AddRange(members);
        return map;
    }

    public static Tree List(params IEnumerable<Tree> items)
    {
        var list = new Tree(TreeKind.List, "");
        list.Items.AddRange(items);
        return list;
    }

    public static Tree Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    /// <summary>Every node that has nodes below it, this one first.</summary>
    public IEnumerable<Tree> Parents() =>
        Kind == TreeKind.Scalar ? [] : [this, .. Members.Select(m => m.Value).Concat(Items).SelectMany(c => c.Parents())];

    public string ToJson()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        switch (Kind)
        {
            case TreeKind.Map:
                text.Append('{');
                for (var i = 0; i < Members.Count; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"{Members[i].Name}\":");
                    Members[i].Value.Write(text);
                }

                text.Append('}');
                break;
            case TreeKind.List:
                text.Append('[');
                for (var i = 0; i < Items.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Items[i].Write(text);
                }

                text.Append(']');
                break;
            default:
                text.Append(Raw);
                break;
        }
    }

    private static Tree From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Map(element.EnumerateObject().Select(p => (JsonSerializer.Serialize(p.Name)[1..^1], From(p.Value)))),
        JsonValueKind.Array => List(element.EnumerateArray().Select(From)),
        _ => Scalar(element.GetRawText()),
    };
}

/// <summary>What a node of a tree is.</summary>
internal enum TreeKind
{
    Scalar,
    List,
    Map,
}
