using System.Globalization;

namespace Unbounded.Agent.Linux.Processes;

/// <summary>What <c>/proc/PID/status</c> tells (proc_pid_status(5)).</summary>
/// <param name="Pid">The process, as the agent sees it.</param>
/// <param name="NamespacePids">Its ID in each PID namespace, from the agent's inwards.</param>
public sealed record ProcessStatus(int Pid, IReadOnlyList<int> NamespacePids)
{
    /// <summary>Whether it is PID 1 of a PID namespace of its own.</summary>
    public bool IsNamespaceInit => NamespacePids.Count > 1 && NamespacePids[^1] == 1;

    /// <summary>Reads a process; null when it has ended.</summary>
    public static ProcessStatus? TryRead(int pid)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{pid}/status"))
            {
                if (line.StartsWith("NSpid:", StringComparison.Ordinal))
                {
                    return new ProcessStatus(pid, ParsePids(line.AsSpan(6)));
                }
            }
        }
        catch (IOException)
        {
            // It ended between two reads.
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
}
