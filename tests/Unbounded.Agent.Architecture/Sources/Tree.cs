namespace Unbounded.Agent.Architecture.Sources;

/// <summary>The source tree, found from the test's own directory upwards.</summary>
internal static class Tree
{
    private static readonly string[] Outputs = ["bin", "obj", "artifacts", "TestResults", ".git"];

    public static string Root { get; } = Find();

    /// <summary>Files below a folder of the tree, build outputs left out; paths are relative to the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern = "*") => Directory.Exists(Path.Combine(Root, folder))
        ? Walk(Path.Combine(Root, folder), pattern).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)
        : [];

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string directory, string pattern)
    {
        foreach (var file in Directory.EnumerateFiles(directory, pattern))
            yield return file;
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            var isLink = File.GetAttributes(child).HasFlag(FileAttributes.ReparsePoint);
            if (isLink || Outputs.Contains(Path.GetFileName(child), StringComparer.Ordinal))
                continue;
            foreach (var file in Walk(child, pattern))
                yield return file;
        }
    }

    private static string Find()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Unbounded.Agent.sln")))
                return at;
        }

        throw new InvalidOperationException($"no Unbounded.Agent.sln above {AppContext.BaseDirectory}");
    }
}
