using System.Globalization;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>What <c>/proc/PID/status</c> tells (proc_pid_status(5)).</summary>
/// <param name="Pid">The process, as the agent sees it.</param>
/// <param name="Name">Its command's name, at most 15 bytes. The process can set it: no proof of anything.</param>
/// <param name="Parent">Its parent, as the agent sees it.</param>
/// <param name="NamespacePids">Its ID in each PID namespace, from the agent's inwards.</param>
public sealed record ProcessStatus(int Pid, string Name, int Parent, IReadOnlyList<int> NamespacePids)
{
    /// <summary>Whether it is PID 1 of a PID namespace of its own.</summary>
    public bool IsNamespaceInit => NamespacePids.Count > 1 && NamespacePids[^1] == 1;

    /// <summary>Reads a process; null when it has ended.</summary>
    public static ProcessStatus? TryRead(int pid)
    {
        try
        {
            return Parse(pid, File.ReadLines($"/proc/{pid}/status"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || e is IOException { HResult: NoSuchProcess })
        {
            // It ended, perhaps between two reads.
            return null;
        }
    }

    internal static ProcessStatus? Parse(int pid, IEnumerable<string> lines)
    {
        var name = "";
        var parent = 0;
        foreach (var line in lines)
        {
            if (line.StartsWith("Name:", StringComparison.Ordinal))
            {
                name = line[5..].Trim();
            }
            else if (line.StartsWith("PPid:", StringComparison.Ordinal))
            {
                parent = ParsePids(line.AsSpan(5)) is [var first, ..] ? first : 0;
            }
            else if (line.StartsWith("NSpid:", StringComparison.Ordinal))
            {
                return new ProcessStatus(pid, name, parent, ParsePids(line.AsSpan(6)));
            }
        }

        return null;
    }

    internal static IReadOnlyList<int> ParsePids(ReadOnlySpan<char> text)
    {
        var pids = new List<int>();
        foreach (var range in text.SplitAny(' ', '\t'))
        {
            if (int.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                pids.Add(pid);
            }
        }

        return pids;
    }

    // ESRCH, which .NET passes on as it is.
    private const int NoSuchProcess = 3;
}
