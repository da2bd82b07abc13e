using Unbounded.Agent.Core.Configuration.Documents;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads text fields with a check of their syntax.</summary>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class FieldReader(DocumentProblems problems)
{
    public DocumentProblems Problems { get; } = problems;

    /// <summary>A field that must be set; empty text when it is not.</summary>
    public string Required(DocumentMap map, string name, Func<string, string?> check)
    {
        if (map.Lacks(name))
            Problems.Error(map.Node, $"{name} is required");
        return Optional(map, name, check) ?? "";
    }

    /// <summary>A field that may be absent. A value that fails its check is an error.</summary>
    public string? Optional(DocumentMap map, string name, Func<string, string?> check)
    {
        if (map.Text(name) is not { } node)
            return null;
        if (check(node.Scalar) is { } problem)
            Problems.Error(node, problem);
        return node.Scalar;
    }

    /// <summary>A field whose check is stricter than an ancestor's: in a file that an agent once accepted, a value that fails it is only warned of.</summary>
    public string? Doubtful(DocumentMap map, string name, Func<string, string?> check)
    {
        if (map.Text(name) is not { } node)
            return null;
        if (check(node.Scalar) is { } problem)
            Problems.Doubt(node, problem);
        return node.Scalar;
    }
}
