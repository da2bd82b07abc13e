using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>The node software of a test host's machines, as the kernel shows it: nothing here asks systemd or the agent.</summary>
internal static class NodeProcesses
{
    private static readonly string[] Names = ["kubelet", "containerd"];

    /// <summary>Node software that runs in a machine: name, process and its start, one a line.</summary>
    public static IReadOnlyList<string> Of(SystemdHost host, string machine) =>
    [
        .. Directory.EnumerateDirectories(host.PathOf("/proc"))
            .Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]))
            .Select(d => TryRead(d, machine))
            .OfType<string>()
            .Order(StringComparer.Ordinal),
    ];

    // A kubelet that only tells its version is no node software.
    private static string? TryRead(string process, string machine)
    {
        try
        {
            var name = File.ReadAllText(process + "/comm").TrimEnd('\n');
            return Names.Contains(name)
                && File.ReadAllText(process + "/cgroup").Contains($"@{machine}.service/", StringComparison.Ordinal)
                && !File.ReadAllText(process + "/cmdline").Contains("--version", StringComparison.Ordinal)
                ? $"{name} {Path.GetFileName(process)} {StartOf(process)}"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return null;
        }
    }

    // proc_pid_stat(5): the 22nd field, after a name in parentheses that may hold anything.
    private static string StartOf(string process)
    {
        var stat = File.ReadAllText(process + "/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
    }
}
