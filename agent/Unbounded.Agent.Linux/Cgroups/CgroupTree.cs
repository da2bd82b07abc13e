using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Cgroups;

/// <summary>
/// The hierarchy in which systemd keeps its units' processes: cgroup2 where it is mounted at <c>/sys/fs/cgroup</c>, else the hybrid
/// layout's <c>unified</c>, else <c>name=systemd</c> (cgroups(7)).
/// </summary>
/// <param name="mount">Where it is mounted.</param>
public sealed class CgroupTree(string mount)
{
    private const string Default = "/sys/fs/cgroup";
    private const int Limit = 64 * 1024;

    /// <summary>Where the hierarchy is mounted.</summary>
    public string Mount { get; } = mount;

    /// <summary>Finds the hierarchy of this host.</summary>
    public static CgroupTree OfHost()
    {
        if (File.Exists($"{Default}/cgroup.procs"))
        {
            return new CgroupTree(Default);
        }

        return new CgroupTree(File.Exists($"{Default}/unified/cgroup.procs") ? $"{Default}/unified" : $"{Default}/systemd");
    }

    /// <summary>A cgroup as a directory.</summary>
    /// <param name="controlGroup">Path in the hierarchy, as a unit's <c>ControlGroup</c> property gives it.</param>
    public string Directory(string controlGroup) => Mount + controlGroup;

    /// <summary>The directory of the cgroup that a process is in; null when the process has ended.</summary>
    /// <exception cref="AgentException">The process is not in this hierarchy.</exception>
    public string? DirectoryOf(int pid)
    {
        var file = $"/proc/{pid}/cgroup";
        if (BoundedFile.TryRead(file, Limit) is not { Length: > 0 } bytes)
        {
            return null;
        }

        var lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n');
        return Directory(PathIn(lines) ?? throw new AgentException(
            LinuxErrors.NotFound, $"The cgroup of process {pid} could not be found", $"{file} does not name one of {Mount}", "See how cgroups are mounted on this host."));
    }

    /// <summary>All processes in a cgroup and below it, as the agent sees them.</summary>
    /// <param name="directory">The cgroup's directory; one that is gone has none.</param>
    /// <exception cref="AgentException">The kernel does not tell: nothing is known about the processes then.</exception>
    public static IReadOnlyList<int> Processes(string directory) => [.. Subtree(directory).SelectMany(OwnProcesses)];

    /// <summary>The processes of a cgroup itself.</summary>
    /// <exception cref="AgentException">The kernel does not tell.</exception>
    public static IReadOnlyList<int> OwnProcesses(string directory)
    {
        var file = Path.Combine(directory, "cgroup.procs");
        try
        {
            return [.. File.ReadLines(file)
                .Select(l => int.Parse(l, CultureInfo.InvariantCulture))
                // 0 stands for a process of a PID namespace that the agent can't see into.
                .Where(pid => pid > 0)];
        }
        catch (Exception e) when (IsGone(e) || e is IOException { HResult: Errno.EOPNOTSUPP })
        {
            // The cgroup was removed meanwhile; or it is threaded, and its domain lists its processes.
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not "none": whoever asks is about to conclude that nothing lives.
            throw Unreadable(file, e);
        }
    }

    /// <summary>Kills everything in a cgroup and below it, forks included, where the kernel can (cgroup2, Linux 5.14).</summary>
    /// <returns>Whether the kernel could.</returns>
    public static bool TryKill(string directory)
    {
        try
        {
            var file = Path.Combine(directory, "cgroup.kill");
            if (!File.Exists(file))
            {
                return false;
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write("1"u8);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Direct children of a cgroup.</summary>
    /// <exception cref="AgentException">The kernel does not tell.</exception>
    public static IReadOnlyList<string> Children(string directory)
    {
        try
        {
            return System.IO.Directory.GetDirectories(directory);
        }
        catch (Exception e) when (IsGone(e))
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(directory, e);
        }
    }

    /// <summary>A cgroup and every one below it, parents first.</summary>
    /// <exception cref="AgentException">The kernel does not tell.</exception>
    public static IEnumerable<string> Subtree(string directory)
    {
        var waiting = new Stack<string>([directory]);
        while (waiting.TryPop(out var next))
        {
            yield return next;
            foreach (var child in Children(next))
            {
                waiting.Push(child);
            }
        }
    }

    // 0::/path (cgroup2), 1:name=systemd:/path (cgroups(7), /proc/PID/cgroup).
    internal string? PathIn(IEnumerable<string> lines)
    {
        var legacy = Mount.EndsWith("/systemd", StringComparison.Ordinal);
        var found = lines
            .Select(l => l.Split(':', 3))
            .FirstOrDefault(f => f.Length == 3 && (legacy ? f[1] == "name=systemd" : f[0] == "0" && f[1].Length == 0));
        return found?[2].TrimEnd('/');
    }

    private static bool IsGone(Exception e) =>
        e is FileNotFoundException or DirectoryNotFoundException || e is IOException { HResult: Errno.ENODEV };

    private static AgentException Unreadable(string path, Exception e) => new(
        LinuxErrors.CallFailed,
        $"{path} could not be read",
        e.Message,
        "Try again when the host has more file descriptors or memory to give; see the kernel log if it stays.",
        e);
}
