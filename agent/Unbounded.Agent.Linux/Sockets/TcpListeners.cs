using System.Globalization;

namespace Unbounded.Agent.Linux.Sockets;

/// <summary>
/// Tells who listens on a TCP port. Machines share the host's network, so that an open port alone proves nothing
/// (proc_pid_net(5), <c>/proc/PID/net/tcp</c>).
/// </summary>
public static class TcpListeners
{
    private const string Listen = "0A";
    private const string SocketPrefix = "socket:[";

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
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(f => SocketOf(f) is { } inode && inodes.Contains(inode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process is gone.
            return false;
        }
    }

    private static long? SocketOf(string descriptor)
    {
        try
        {
            var target = File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name ?? "";
            return target.StartsWith(SocketPrefix, StringComparison.Ordinal)
                && long.TryParse(target.AsSpan(SocketPrefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
                ? inode
                : null;
        }
        catch (IOException)
        {
            // Closed meanwhile: a busy process opens and closes files all the time, and the others still tell.
            return null;
        }
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        using var reader = TryOpen(path);
        while (TryReadLine(reader) is { } line)
        {
            yield return line;
        }
    }

    private static StreamReader? TryOpen(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (IOException)
        {
            // The process is gone, or the host has no IPv6.
            return null;
        }
    }

    private static string? TryReadLine(StreamReader? reader)
    {
        try
        {
            return reader?.ReadLine();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
