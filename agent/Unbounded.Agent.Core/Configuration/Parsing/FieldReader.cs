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

    /// <summary>A field that may be absent. A value that fails its check is a doubt, and returned all the same.</summary>
    public string? Optional(DocumentMap map, string name, Func<string, string?> check)
    {
        if (map.Text(name) is not { } node)
            return null;
        if (check(node.Scalar) is { } problem)
            Problems.Doubt(node, problem);
        return node.Scalar;
    }
}
