using System.Globalization;

namespace Unbounded.Agent.Linux.Cgroups;

/// <summary>
/// The hierarchy in which systemd keeps its units' processes: cgroup2 where it is mounted at <c>/sys/fs/cgroup</c>, else the hybrid
/// layout's <c>unified</c>, else <c>name=systemd</c> (cgroups(7)).
/// </summary>
/// <param name="mount">Where it is mounted.</param>
public sealed class CgroupTree(string mount)
{
    private const string Default = "/sys/fs/cgroup";

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

    /// <summary>All processes in a cgroup and below it, as the agent sees them.</summary>
    /// <param name="directory">The cgroup's directory; one that is gone has none.</param>
    public static IReadOnlyList<int> Processes(string directory)
    {
        var found = new List<int>();
        Collect(directory, found);
        return found;
    }

    /// <summary>The processes of a cgroup itself.</summary>
    public static IReadOnlyList<int> OwnProcesses(string directory)
    {
        try
        {
            return [.. File.ReadLines(Path.Combine(directory, "cgroup.procs"))
                .Select(l => int.Parse(l, CultureInfo.InvariantCulture))
                // 0 stands for a process of a PID namespace that the agent can't see into.
                .Where(pid => pid > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The cgroup was removed meanwhile (ENOENT, ENODEV), or it is threaded (EOPNOTSUPP) and its domain lists them.
            return [];
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
    public static IReadOnlyList<string> Children(string directory)
    {
        try
        {
            return System.IO.Directory.GetDirectories(directory);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void Collect(string directory, List<int> found)
    {
        found.AddRange(OwnProcesses(directory));
        foreach (var child in Children(directory))
        {
            Collect(child, found);
        }
    }
}
