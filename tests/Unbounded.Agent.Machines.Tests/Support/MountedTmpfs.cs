using System.Diagnostics;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>A small file system of its own on a directory, for as long as a test runs.</summary>
internal sealed class MountedTmpfs : IDisposable
{
    private readonly string _path;

    public MountedTmpfs(string path, string options = "size=1m")
    {
        _path = path;
        Run("mount", "-t", "tmpfs", "-o", options, "test", path);
    }

    public void Dispose() => Run("umount", "-l", _path);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"This test needs root: {program} {string.Join(' ', arguments)} said: {error}");
        }
    }
}
