namespace Unbounded.Agent.Architecture.House;

/// <summary>The storeys of the house, from the front door down. An arrow may only point to a lower storey, never within one.</summary>
internal static class Storeys
{
    private static readonly string[][] TopDown =
    [
        ["Unbounded.Agent"],
        // The crash simulator drives the backends and everything below them, and is a command of the product: nothing but the front door may use it.
        ["Unbounded.Agent.Simulation"],
        ["Unbounded.Agent.Fleet", "Unbounded.Agent.Machines", "Unbounded.Agent.Partitions"],
        ["Unbounded.Agent.Images", "Unbounded.Agent.Kubernetes"],
        ["Unbounded.Agent.Linux"],
        ["Unbounded.Agent.Core"],
    ];

    /// <summary>What is wrong with a set of arrows, one sentence each; empty when nothing is.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<Reference> references)
    {
        var found = new List<string>();
        foreach (var reference in references)
        {
            var (from, to) = (StoreyOf(reference.From), StoreyOf(reference.To));
            if (from is null || to is null)
                found.Add($"{reference}: {(from is null ? reference.From : reference.To)} has no storey in the house");
            else if (to < from)
                found.Add($"{reference}: points up the house");
            else if (to == from)
                found.Add($"{reference}: neighbours never know each other");
        }

        return found;
    }

    private static int? StoreyOf(string project)
    {
        var storey = Array.FindIndex(TopDown, s => s.Contains(project, StringComparer.Ordinal));
        return storey < 0 ? null : storey;
    }
}
