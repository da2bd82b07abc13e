using System.Globalization;

namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>
/// Reads the members of a map by name, reports wrong types, and at the end what nobody asked for. An absent member, null and an empty text
/// are the same: nothing is set, as in the ancestor's formats.
/// </summary>
public sealed class DocumentMap
{
    private readonly DocumentProblems _problems;
    private readonly ICollection<string>? _asked;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Starts to read a map. A node of another kind is an error, and then every member is absent.</summary>
    /// <param name="node">The node.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="asked">Receives the path of every member that is asked for; null: nobody wants to know.</param>
    public DocumentMap(DocumentNode node, DocumentProblems problems, ICollection<string>? asked = null)
    {
        Node = node;
        _problems = problems;
        _asked = asked;
        if (node.Kind != DocumentKind.Map)
            problems.Error(node, $"must be an object, not {Describe(node.Kind)}");
    }

    /// <summary>The node that is read.</summary>
    public DocumentNode Node { get; }

    /// <summary>A member, null when it is absent or null. Of a duplicate the last one, which is reported elsewhere.</summary>
    public DocumentNode? Get(string name)
    {
        _known.Add(name);
        _asked?.Add(DocumentPath.Member(Node.Path, name));
        DocumentNode? found = null;
        foreach (var (key, value) in Node.Members)
        {
            if (string.Equals(key, name, StringComparison.Ordinal))
                found = value;
        }

        return found is null or { Kind: DocumentKind.Null } ? null : found;
    }

    /// <summary>A text member, null when it is absent, null or empty.</summary>
    public DocumentNode? Text(string name)
    {
        if (Get(name) is not { } node || !IsText(node, _problems))
            return null;
        return node.Scalar.Length == 0 ? null : node;
    }

    /// <summary>Whether a member is absent, null or empty text. One of a wrong type is there, and reported where it is read.</summary>
    public bool Lacks(string name) => Get(name) is null or { Kind: DocumentKind.Text, Scalar: "" };

    /// <summary>A boolean member.</summary>
    public bool? Flag(string name)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind == DocumentKind.Boolean)
            return string.Equals(node.Scalar, "true", StringComparison.Ordinal);
        _problems.Error(node, $"must be true or false, not {Describe(node.Kind)}");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public long? WholeNumber(string name, long minimum, long maximum)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind != DocumentKind.Number)
            _problems.Error(node, $"must be a whole number, not {Describe(node.Kind)}");
        else if (!long.TryParse(node.Scalar, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < minimum || value > maximum)
            _problems.Error(node, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {minimum} to {maximum}"));
        else
            return value;
        return null;
    }

    /// <summary>A map member, null when it is absent.</summary>
    public DocumentMap? Map(string name) => Get(name) is { } node ? new DocumentMap(node, _problems, _asked) : null;

    /// <summary>Items of a list member, null when it is absent.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maximum">More items are an error.</param>
    public IReadOnlyList<DocumentNode>? List(string name, int maximum)
    {
        if (Get(name) is not { } node)
            return null;
        if (node.Kind != DocumentKind.List)
            _problems.Error(node, $"must be a list, not {Describe(node.Kind)}");
        else if (node.Items.Count > maximum)
            _problems.Error(node, string.Create(CultureInfo.InvariantCulture, $"has {node.Items.Count} items, at most {maximum} are accepted"));
        else
            return node.Items;
        return null;
    }

    /// <summary>Maps of a list member; items of another kind are errors.</summary>
    public IReadOnlyList<DocumentMap> Maps(string name, int maximum) =>
        [.. (List(name, maximum) ?? []).Select(item => new DocumentMap(item, _problems, _asked))];

    /// <summary>Texts of a list member; items of another kind are errors.</summary>
    public IReadOnlyList<DocumentNode> Texts(string name, int maximum) =>
        [.. (List(name, maximum) ?? []).Where(item => IsText(item, _problems))];

    /// <summary>Members that are somebody else's: neither read nor warned of.</summary>
    public void Leave(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _known.Add(name);
    }

    /// <summary>Warns of every member that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var (key, value) in Node.Members)
        {
            if (_known.Contains(key))
                continue;
            var near = NearName.Of(key, _known);
            var hint = near is null ? "" : string.Equals(near, key, StringComparison.OrdinalIgnoreCase)
                ? $"; names are case-sensitive, this may be {near}"
                : $"; did you mean {near}?";
            _problems.Warn(value, "unknown field, ignored" + hint);
        }
    }

    /// <summary>Whether a node is text; anything else is an error.</summary>
    public static bool IsText(DocumentNode node, DocumentProblems problems)
    {
        if (node.Kind == DocumentKind.Text)
            return true;
        var hint = node is { Line: not null, Kind: DocumentKind.Number or DocumentKind.Boolean } ? ": put it in quotes" : "";
        problems.Error(node, $"must be text, not {Describe(node.Kind)}{hint}");
        return false;
    }

    private static string Describe(DocumentKind kind) => kind switch
    {
        DocumentKind.Null => "null",
        DocumentKind.Boolean => "true or false",
        DocumentKind.Number => "a number",
        DocumentKind.Text => "text",
        DocumentKind.List => "a list",
        _ => "an object",
    };
}
