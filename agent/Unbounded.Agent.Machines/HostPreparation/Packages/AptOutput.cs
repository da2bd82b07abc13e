using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.HostPreparation.Packages;

/// <summary>
/// Reads what apt-get prints. A simulation has lines <c>Inst NAME (NEW …)</c> for new packages, <c>Inst NAME [OLD] (NEW …)</c> for upgrades,
/// <c>Remv</c> and <c>Purg</c> for removals; a run has <c>Unpacking NAME (NEW) over (OLD)</c>.
/// </summary>
internal static class AptOutput
{
    public static IReadOnlyList<string> New(string output) =>
        [.. Lines(output, "Inst ").Where(w => w.Length > 2 && !w[2].StartsWith('[')).Select(w => w[1]).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Removed(string output) =>
        [.. Lines(output, "Remv ").Concat(Lines(output, "Purg ")).Select(w => w[1].Split(':')[0]).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Upgraded(string output) =>
        [.. Lines(output, "Unpacking ").Where(w => Array.IndexOf(w, "over") > 0).Select(w => w[1]).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether an earlier run was cut off halfway, which only <c>dpkg --configure -a</c> mends.</summary>
    public static bool IsInterrupted(ProcessResult result) =>
        result.Error.Contains("dpkg --configure -a", StringComparison.Ordinal) || result.Output.Contains("dpkg --configure -a", StringComparison.Ordinal);

    private static IEnumerable<string[]> Lines(string output, string start) =>
        output.Split('\n').Where(l => l.StartsWith(start, StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 1);
}
