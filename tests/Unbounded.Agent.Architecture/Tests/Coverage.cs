using Unbounded.Agent.Architecture.Sources;

namespace Unbounded.Agent.Architecture.Tests;

/// <summary>Compares the folders of the product with those of its tests.</summary>
internal static class Coverage
{
    /// <summary>Folders of tests that need no folder of the product: stand-ins, and tests that cut across all folders.</summary>
    private static readonly HashSet<string> OwnFolders = new(StringComparer.Ordinal)
    {
        "Bus", "Contract", "Crashes", "Fuzzing", "Generated", "Golden", "Mutation", "Schemas", "Server", "Simulation", "StandIn", "Support",
    };

    /// <summary>Folders of the product with this many lines are tested in a folder of the same name, or of the one above.</summary>
    private const int MustBeTested = 250;

    /// <summary>What is wrong, one sentence each.</summary>
    /// <param name="product">Folders of one product project with their lines, relative to it.</param>
    /// <param name="tests">Folders of its test project with their lines, likewise.</param>
    /// <param name="project">Name of the product project.</param>
    public static IReadOnlyList<string> Violations(
        string project, IReadOnlyDictionary<string, int> product, IReadOnlyDictionary<string, int> tests)
    {
        var found = new List<string>();
        foreach (var folder in tests.Keys.Where(f => !IsOwn(f) && !product.ContainsKey(f)))
            found.Add($"{project}.Tests/{folder} tests no folder of the product");
        foreach (var (folder, lines) in product)
        {
            if (lines >= MustBeTested && !Ancestry(folder).Any(tests.ContainsKey))
                found.Add($"{project}/{folder} has {lines} lines and no folder of tests");
        }

        return found;
    }

    /// <summary>Lines of C# in each folder below a project, intermediate folders included, the project's own folder left out.</summary>
    public static Dictionary<string, int> Folders(string project)
    {
        var folders = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Tree.Files(project, "*.cs"))
        {
            var folder = Path.GetDirectoryName(Path.GetRelativePath(project, file))!;
            foreach (var (at, isOwn) in Ancestry(folder).Select((f, i) => (f, i == 0)))
                folders[at] = folders.GetValueOrDefault(at) + (isOwn ? Tree.Lines(file).Length : 0);
        }

        return folders;
    }

    private static bool IsOwn(string folder) => folder.Split('/').Any(OwnFolders.Contains);

    private static IEnumerable<string> Ancestry(string folder)
    {
        for (var at = folder; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
            yield return at;
    }
}
