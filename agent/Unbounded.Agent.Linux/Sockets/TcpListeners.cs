using System.Globalization;

namespace Unbounded.Agent.Linux.Sockets;

/// <summary>
/// Tells who listens on a TCP port. Machines share the host's network, so that an open port alone proves nothing
/// (proc_pid_net(5), <c>/proc/PID/net/tcp</c>).
/// </summary>
public static class TcpListeners
{
    private const string Listen = "0A";

    /// <summary>Inodes of the sockets that listen on a port, in the network namespace of <paramref name="pid"/>.</summary>
    /// <param name="pid">A process in the network namespace that is asked about.</param>
    /// <param name="port">The port.</param>
    public static IReadOnlySet<long> Inodes(int pid, int port)
    {
        var found = new HashSet<long>();
        foreach (var table in (string[])["tcp", "tcp6"])
        {
            foreach (var line in ReadLines($"/proc/{pid}/net/{table}"))
            {
                if (ParseListener(line) is { } listener && listener.Port == port)
                {
                    found.Add(listener.Inode);
                }
            }
        }

        return found;
    }

    /// <summary>The first of some processes that holds one of some sockets; null when none does.</summary>
    public static int? Holder(IEnumerable<int> pids, IReadOnlySet<long> inodes)
    {
        foreach (var pid in pids)
        {
            if (Holds(pid, inodes))
            {
                return pid;
            }
        }

        return null;
    }

    internal static (int Port, long Inode)? ParseListener(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || !string.Equals(fields[3], Listen, StringComparison.Ordinal))
        {
            return null;
        }

        var colon = fields[1].LastIndexOf(':');
        return colon >= 0
            && int.TryParse(fields[1].AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)
            && long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? (port, inode)
            : null;
    }

    private static bool Holds(int pid, IReadOnlySet<long> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
                .Select(f => File.ResolveLinkTarget(f, returnFinalTarget: false)?.Name ?? "")
                .Any(t => t.StartsWith("socket:[", StringComparison.Ordinal)
                    && long.TryParse(t.AsSpan(8, t.Length - 9), NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
                    && inodes.Contains(inode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process, or one of its descriptors, is gone.
            return false;
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
