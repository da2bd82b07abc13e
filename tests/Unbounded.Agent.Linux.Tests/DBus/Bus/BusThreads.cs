namespace Unbounded.Agent.Linux.Tests.DBus.Bus;

/// <summary>Threads of this process, by the names the kernel knows.</summary>
internal static class BusThreads
{
    private const string Tasks = "/proc/self/task";

    public static IReadOnlyList<string> Names() => [.. Directory.GetDirectories(Tasks).Select(NameOf)];

    /// <summary>The directory in /proc of the one thread of a name.</summary>
    public static string Find(string name) => Directory.GetDirectories(Tasks).Single(d => NameOf(d) == name);

    /// <summary>Whether a thread sleeps in poll(2): 7 on x86-64, ppoll 73 on arm64 (proc_pid_syscall(5)).</summary>
    public static bool IsInPoll(string thread) => File.ReadAllText(Path.Combine(thread, "syscall")).Split(' ')[0] is "7" or "73";

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd('\n');
        }
        catch (IOException)
        {
            return ""; // it has ended since it was listed
        }
    }
}
