using Unbounded.Agent.Core.Configuration.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Builds the tree of one document from the parser's events.</summary>
/// <param name="parser">Stands before a node.</param>
/// <param name="problems">Receives duplicate keys and keys without a value.</param>
internal sealed class YamlTreeBuilder(Parser parser, DocumentProblems problems)
{
    private int _nodes;

    public DocumentNode Build(string path, int depth)
    {
        var node = parser.Consume<ParsingEvent>();
        if (++_nodes > YamlSource.MaxNodes)
            throw new YamlRefused(YamlRefusal.Unreadable, $"has more than {YamlSource.MaxNodes} values", node.Start);
        if (depth > YamlSource.MaxDepth)
            throw new YamlRefused(YamlRefusal.Unreadable, $"is nested more than {YamlSource.MaxDepth} levels deep here", node.Start);
        if (node is AnchorAlias)
            throw new YamlRefused(YamlRefusal.Unreadable, "aliases (*name) are not accepted", node.Start);
        if (node is NodeEvent { Anchor.IsEmpty: false })
            throw new YamlRefused(YamlRefusal.Unreadable, "anchors (&name) are not accepted", node.Start);
        if (node is NodeEvent { Tag.IsEmpty: false })
            throw new YamlRefused(YamlRefusal.Unreadable, "tags (!name) are not accepted", node.Start);
        return node switch
        {
            Scalar scalar => Place(scalar, path, YamlScalar.KindOf(scalar)) with { Scalar = YamlScalar.TextOf(scalar) },
            SequenceStart => BuildList(node, path, depth),
            MappingStart => BuildMap(node, path, depth),
            _ => throw new YamlRefused(YamlRefusal.Unreadable, "is not valid YAML here", node.Start),
        };
    }

    private DocumentNode BuildList(ParsingEvent start, string path, int depth)
    {
        var items = new List<DocumentNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Build(DocumentPath.Item(path, items.Count), depth + 1));
        return Place(start, path, DocumentKind.List) with { Items = items };
    }

    private DocumentNode BuildMap(ParsingEvent start, string path, int depth)
    {
        var members = new List<DocumentMember>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Build(path, depth + 1);
            if (key.Kind is DocumentKind.Map or DocumentKind.List)
                throw new YamlRefused(YamlRefusal.Unreadable, "a key that is not text", parser.Current?.Start);
            var name = key.Scalar;
            var value = Build(DocumentPath.Member(path, name), depth + 1);
            if (!seen.Add(name))
                problems.Error(value, "is there more than once");
            // Nothing after the colon: what a file cut off at the end of a line looks like.
            if (value is { Kind: DocumentKind.Null, Scalar: "" })
                problems.Error(value, "has no value: write one, or remove the key");
            members.Add(new(name, value));
        }

        return Place(start, path, DocumentKind.Map) with { Members = members };
    }

    private static DocumentNode Place(ParsingEvent at, string path, DocumentKind kind) =>
        new() { Kind = kind, Path = path, Line = (int)at.Start.Line, Column = (int)at.Start.Column };
}
