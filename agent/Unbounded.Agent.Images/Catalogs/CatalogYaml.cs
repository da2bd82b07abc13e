using System.Globalization;
using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Unbounded.Agent.Images.Catalogs;

/// <summary>
/// Reads one YAML document into maps, lists and texts, without trusting a byte of it: no anchors, aliases and tags, bounded depth and number of values. JSON is
/// YAML.
/// </summary>
internal static class CatalogYaml
{
    private const int MaxDepth = 8;
    private const int MaxNodes = 100_000;

    /// <summary>Reads a document: <see cref="Dictionary{TKey,TValue}"/>, <see cref="List{T}"/>, text, or null.</summary>
    /// <exception cref="FormatException">It is none, with a message that says why.</exception>
    public static object? Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Catalog.LimitBytes)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"is larger than {Catalog.LimitBytes} bytes"));
        if (!Utf8.IsValid(utf8) || utf8.Contains((byte)0))
            throw new FormatException("is not text in UTF-8");
        var parser = new Parser(new Scanner(new StringReader(Encoding.UTF8.GetString(utf8)), skipComments: true));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw new FormatException("is empty");
            var nodes = 0;
            var root = Node(parser, depth: 0, ref nodes);
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<StreamEnd>(out _) ? root : throw new FormatException("has a second document");
        }
        catch (YamlException e)
        {
            throw new FormatException($"is not valid YAML in line {e.Start.Line}", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException)
        {
            // The scanner's own faults on malformed input.
            throw new FormatException("is not valid YAML", e);
        }
    }

    private static object? Node(Parser parser, int depth, ref int nodes)
    {
        var node = parser.Consume<ParsingEvent>();
        if (++nodes > MaxNodes || depth > MaxDepth)
            throw new FormatException("has too many values, or is nested too deeply");
        if (node is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false })
            throw new FormatException($"has an anchor, alias or tag in line {node.Start.Line}: write the value itself");
        switch (node)
        {
            case Scalar scalar:
                return scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } ? null : scalar.Value;
            case SequenceStart:
                var list = new List<object?>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    list.Add(Node(parser, depth + 1, ref nodes));
                return list;
            case MappingStart:
                var map = new Dictionary<string, object?>(StringComparer.Ordinal);
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Node(parser, depth + 1, ref nodes) as string ?? throw new FormatException($"has a key that is no text before line {node.End.Line + 1}");
                    if (!map.TryAdd(key, Node(parser, depth + 1, ref nodes)))
                        throw new FormatException($"has a key twice, in the map that begins in line {node.Start.Line}");
                }

                return map;
            default:
                throw new FormatException($"is not valid YAML in line {node.Start.Line}");
        }
    }
}
