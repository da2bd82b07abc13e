using System.Text.RegularExpressions;

namespace Unbounded.Agent.Architecture.Sources;

/// <summary>What may stand in no file of the project: unfinished marks, paths of one machine, package registries.</summary>
internal static partial class Wording
{
    private static readonly string[] RegistryConfigurations =
    [
        "/etc/apt/sources.list",
        "/etc/apt/sources.list.d",
        "/root/.nuget/NuGet/NuGet.Config",
        "/root/.npmrc",
        "/etc/npmrc",
        "/usr/etc/npmrc",
    ];

    /// <summary>What is found in a text that must not be there.</summary>
    /// <param name="text">The text.</param>
    /// <param name="forbidden">Names that are forbidden beside the marks: hosts, paths.</param>
    public static IEnumerable<string> Find(string text, IEnumerable<string> forbidden) =>
        Unfinished().Matches(text).Select(m => m.Value).Concat(forbidden.Where(f => text.Contains(f, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Hosts of the package registries that this machine uses: they are its own affair.</summary>
    public static IReadOnlyList<string> RegistryHosts() =>
    [
        .. RegistryConfigurations
            .SelectMany(p => Directory.Exists(p) ? Directory.EnumerateFiles(p) : File.Exists(p) ? [p] : [])
            .SelectMany(p => Address().Matches(File.ReadAllText(p)).Select(m => m.Groups["host"].Value))
            .Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Where this checkout lies, unless that is a place every machine has.</summary>
    public static IReadOnlyList<string> MachinePaths() =>
        Path.GetDirectoryName(Tree.Root) is { Length: > 4 } above ? [above + "/"] : [];

    [GeneratedRegex(@"NotImplementedException|\b(?:TODO|FIXME|XXX)\b|\bSkip *= *""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"https?://([^/@\s""]*@)?(?<host>[^/:\s""]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Address();
}
