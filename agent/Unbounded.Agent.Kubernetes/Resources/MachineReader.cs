using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>Maps a document onto a Machine and checks it. With problems the result is incomplete and must not be used.</summary>
internal static class MachineReader
{
    /// <param name="root">The document.</param>
    /// <param name="problems">Receives every problem.</param>
    /// <param name="asked">Receives the path of every field that is read.</param>
    public static Machine Read(DocumentNode root, DocumentProblems problems, ICollection<string>? asked = null)
    {
        var map = new DocumentMap(root, problems, asked);
        Fixed(map, "apiVersion", Machine.GroupVersion, problems);
        Fixed(map, "kind", Machine.KindName, problems);
        var machine = new Machine
        {
            Metadata = ReadMetadata(map, problems),
            Spec = map.Map("spec") is { } spec ? SpecReader.Read(spec, problems) : new MachineSpec(),
        };
        // Somebody's copy of the live object: what the agent reports itself is never read back.
        map.Leave("status");
        map.Finish();
        return machine;
    }

    private static void Fixed(DocumentMap map, string name, string value, DocumentProblems problems)
    {
        if (map.Lacks(name))
            problems.Error(map.Node, $"{name} is required and must be {value}");
        else if (map.Text(name) is { } node && !string.Equals(node.Scalar, value, StringComparison.Ordinal))
            problems.Error(node, $"must be {value}, not '{Redaction.Shown(node.Scalar)}'");
    }

    private static MachineMetadata ReadMetadata(DocumentMap root, DocumentProblems problems)
    {
        if (root.Map("metadata") is not { } map)
        {
            problems.Error(root.Node, "metadata.name is required");
            return new MachineMetadata("");
        }

        if (map.Lacks("name"))
            problems.Error(map.Node, "name is required");
        return new MachineMetadata(
            SpecReader.Checked(map, "name", NameSyntax.Subdomain, problems) ?? "",
            map.WholeNumber("generation", 0, long.MaxValue),
            map.Text("uid")?.Scalar,
            map.Text("resourceVersion")?.Scalar);
    }
}
