using System.Diagnostics;
using System.Globalization;
using Unbounded.Agent.Linux.Cgroups;

namespace Unbounded.Agent.Linux.Tests.Cgroups;

/// <summary>A cgroup of one test in the host's real hierarchy. What runs in it is killed, and it is removed, when the test ends.</summary>
internal sealed class TestCgroup : IDisposable
{
    private readonly List<Process> _started = [];

    public TestCgroup()
    {
        Tree = CgroupTree.OfHost();
        Path = $"{Tree.Mount}/uba-test-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"This test needs root and a writable cgroup hierarchy at {Tree.Mount}: {e.Message}", e);
        }
    }

    public CgroupTree Tree { get; }

    public string Path { get; }

    /// <summary>Makes a cgroup below.</summary>
    public string Child(string relative) => Directory.CreateDirectory(System.IO.Path.Combine(Path, relative)).FullName;

    /// <summary>Runs a shell script in a cgroup, and returns when it has said <c>ready</c>.</summary>
    public Process Run(string directory, string script)
    {
        // It begins only when it has been moved, so that nothing of it is ever outside.
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read go; " + script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        _started.Add(process);
        File.WriteAllText(System.IO.Path.Combine(directory, "cgroup.procs"), process.Id.ToString(CultureInfo.InvariantCulture));
        process.StandardInput.WriteLine("go");
        var said = process.StandardOutput.ReadLine();
        return said == "ready" ? process : throw new InvalidOperationException($"the script said '{said}' instead of ready: {script}");
    }

    /// <summary>A process that ends when it is asked to.</summary>
    public Process Polite(string directory) => Run(directory, "echo ready; exec sleep 1000");

    /// <summary>A process that ignores SIGTERM.</summary>
    public Process Stubborn(string directory) => Run(directory, "trap '' TERM; echo ready; exec sleep 1000");

    public void Dispose()
    {
        while (CgroupTree.Processes(Path) is { Count: > 0 } alive)
        {
            foreach (var pid in alive)
            {
                using var process = Linux.Processes.PidFd.TryOpen(pid);
                process?.Signal(9);
                if (process is not null)
                    Linux.Processes.PidFd.WaitAll([process], TimeSpan.FromSeconds(10), TimeProvider.System);
            }
        }

        _started.ForEach(p => p.Dispose());
        foreach (var directory in CgroupTree.Subtree(Path).Reverse().ToList())
            Directory.Delete(directory);
    }
}
