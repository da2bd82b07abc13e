using System.Text.RegularExpressions;

namespace Unbounded.Agent.Integration.Tracing;

/// <summary>What strace wrote.</summary>
/// <param name="Text">A line a call: the thread's ID, the call with its arguments, its result.</param>
internal sealed partial record TracedCalls(string Text)
{
    private IEnumerable<string> Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Calls that made a process, or made one into another program. A new thread is neither.</summary>
    public IReadOnlyList<string> Spawns => [.. Lines.Where(l => Spawn().IsMatch(l) && !l.Contains("CLONE_THREAD", StringComparison.Ordinal))];

    /// <summary>The programs that were executed.</summary>
    public IReadOnlyList<string> Programs => [.. Lines.Select(l => Execution().Match(l)).Where(m => m.Success).Select(m => m.Groups["program"].Value)];

    /// <summary>How often a file was saved: written beside it and renamed over it.</summary>
    public int Saves(string file) => Lines.Count(l => Rename().IsMatch(l) && l.Contains($"{file}\"", StringComparison.Ordinal));

    [GeneratedRegex(@"^\d+\s+(execve|execveat|fork|vfork|clone|clone3)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spawn();

    [GeneratedRegex(@"^\d+\s+execve(?:at)?\((?:[^,""]*, )?""(?<program>[^""]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Execution();

    [GeneratedRegex(@"^\d+\s+rename(at|at2)?\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rename();
}
