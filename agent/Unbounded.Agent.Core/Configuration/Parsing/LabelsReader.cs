using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads labels and taints of a Node, the same for <c>config.json</c> and the Machine resource.</summary>
public static class LabelsReader
{
    /// <summary>Reads a map of labels.</summary>
    /// <param name="node">The map.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="labels">Receives the labels.</param>
    /// <param name="maximum">More are an error.</param>
    public static void Read(DocumentNode node, DocumentProblems problems, IDictionary<string, string> labels, int maximum)
    {
        if (node.Kind != DocumentKind.Map)
        {
            problems.Error(node, "must be an object of label keys and values");
            return;
        }

        if (node.Members.Count > maximum)
        {
            problems.Error(node, $"has {node.Members.Count} labels, at most {maximum} are accepted");
            return;
        }

        foreach (var (key, value) in node.Members)
        {
            if (!DocumentMap.IsText(value, problems))
                continue;
            if ((NameSyntax.LabelKey(key) ?? NameSyntax.LabelValue(value.Scalar)) is { } problem)
                problems.Error(value, problem);
            else if (NameSyntax.IsRefusedByKubelet(key))
                problems.Warn(value, "a kubelet refuses to register with a label of this domain that is not its own");
            labels[key] = value.Scalar;
        }
    }

    /// <summary>Reads a list of taints; two of one key and effect are an error.</summary>
    public static List<string> ReadTaints(IReadOnlyList<DocumentNode> nodes, DocumentProblems problems)
    {
        var taints = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (NameSyntax.Taint(node.Scalar) is { } problem)
                problems.Error(node, problem);
            else if (!seen.Add(NameSyntax.TaintIdentity(node.Scalar)))
                problems.Doubt(node, "another taint has the same key and effect");
            taints.Add(node.Scalar);
        }

        return taints;
    }
}
