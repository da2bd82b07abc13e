using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>The node software of a test host's machines, as the kernel shows it: nothing here asks systemd or the agent.</summary>
internal static class NodeProcesses
{
    private static readonly string[] Names = ["kubelet", "containerd"];

    /// <summary>Node software that runs in a machine: name, process and its start, one a line.</summary>
    public static IReadOnlyList<string> Of(SystemdHost host, string machine)
    {
        var found = Directory.EnumerateDirectories(host.PathOf("/proc"))
            .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
            .Select(d => TryRead(d, machine))
            .OfType<NodeProcess>()
            .ToList();
        // A child that a kubelet has forked bears its name until it is the program that it was forked for.
        return [.. found.Where(p => !found.Exists(q => q.Id == p.Parent && q.Name == p.Name)).Select(p => $"{p.Name} {p.Id} {p.Start}").Order(StringComparer.Ordinal)];
    }

    // A kubelet that only tells its version is no node software.
    private static NodeProcess? TryRead(string process, string machine)
    {
        try
        {
            var name = File.ReadAllText(process + "/comm").TrimEnd('\n');
            if (!Names.Contains(name)
                || !Lives(process)
                || !File.ReadAllText(process + "/cgroup").Contains($"@{machine}.service/", StringComparison.Ordinal)
                || File.ReadAllText(process + "/cmdline").Contains("--version", StringComparison.Ordinal))
            {
                return null;
            }

            // proc_pid_stat(5): after a name in parentheses that may hold anything, the 3rd field and those behind it: the 4th is the parent, the 22nd the start.
            var stat = File.ReadAllText(process + "/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new(name, Path.GetFileName(process), fields[1], fields[19]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return null;
        }
    }

    // One that ended and was not waited for yet is listed with its name and its control group, too; its first thread may have ended before the others.
    private static bool Lives(string process) => Directory.EnumerateDirectories(process + "/task").Any(IsAlive);

    private static bool IsAlive(string thread)
    {
        try
        {
            var stat = File.ReadAllText(thread + "/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            // Gone since it was listed.
            return false;
        }
    }

    private sealed record NodeProcess(string Name, string Id, string Parent, string Start);
}
