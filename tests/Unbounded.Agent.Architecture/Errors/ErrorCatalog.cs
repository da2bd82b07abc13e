using System.Text.RegularExpressions;
using Unbounded.Agent.Architecture.Sources;

namespace Unbounded.Agent.Architecture.Errors;

/// <summary>Every error code of the product and what is wrong with how they are declared and described.</summary>
internal static partial class ErrorCatalog
{
    private static readonly Dictionary<string, char> Blocks = new(StringComparer.Ordinal)
    {
        ["Unbounded.Agent.Core"] = '1',
        ["Unbounded.Agent.Linux"] = '2',
        ["Unbounded.Agent.Images"] = '3',
        ["Unbounded.Agent.Machines"] = '4',
        ["Unbounded.Agent.Kubernetes"] = '5',
        ["Unbounded.Agent"] = '6',
        ["Unbounded.Agent.Partitions"] = '7',
        ["Unbounded.Agent.Fleet"] = '8',
    };

    private static readonly string[] Sections = ["## What happened", "## Why", "## What to do"];

    public static IReadOnlyList<DeclaredCode> Declared() => [.. Tree.Files("agent", "*.cs")
        .SelectMany(file => Declaration().Matches(Tree.Text(file)).Select(m => new DeclaredCode(m.Groups["id"].Value, file.Split('/')[1], file)))];

    public static IReadOnlyDictionary<string, string> Pages() => Tree.Files("docs/errors", "*.md")
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), Tree.Text, StringComparer.Ordinal);

    public static IReadOnlyList<string> Violations(IReadOnlyList<DeclaredCode> codes, IReadOnlyDictionary<string, string> pages)
    {
        var found = new List<string>();
        foreach (var twice in codes.GroupBy(c => c.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
            found.Add($"{twice.Key} is declared {twice.Count()} times");
        foreach (var code in codes)
        {
            if (!Blocks.TryGetValue(code.Project, out var block) || code.Id[4] != block)
                found.Add($"{code.Id} is outside the block of {code.Project}");
            if (Path.GetFileName(code.File) != "ErrorCodes.cs")
                found.Add($"{code.Id} is declared in {code.File}, not in ErrorCodes.cs");
            if (!pages.ContainsKey(code.Id))
                found.Add($"{code.Id} has no page in docs/errors");
        }

        var known = codes.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, text) in pages.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!known.Contains(id))
                found.Add($"docs/errors/{id}.md describes no code");
            if (!text.StartsWith($"# {id}: ", StringComparison.Ordinal))
                found.Add($"docs/errors/{id}.md does not begin with '# {id}: '");
            found.AddRange(Sections.Where(s => !text.Split('\n').Contains(s, StringComparer.Ordinal)).Select(s => $"docs/errors/{id}.md lacks '{s}'"));
        }

        return found;
    }

    [GeneratedRegex("""new(?:\s+ErrorCode)?\s*\(\s*"(?<id>UBA-\d{4})"\s*,""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Declaration();
}
