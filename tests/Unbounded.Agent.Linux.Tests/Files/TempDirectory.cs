using System.Diagnostics;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Tests.Files;

/// <summary>A directory for one test, on the machine's disk or on a tmpfs of a given size.</summary>
public sealed class TempDirectory : IDisposable
{
    private bool _mounted;

    public TempDirectory() => Path = Directory.CreateTempSubdirectory("uba-test-").FullName;

    public string Path { get; }

    public static TempDirectory OnTmpfs(string options)
    {
        var directory = new TempDirectory();
        directory.Mount(options);
        return directory;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Mount(string options)
    {
        Run("mount", "-t", "tmpfs", "-o", options, "test", Path);
        _mounted = true;
    }

    public void Remount(string options) => Run("mount", "-o", "remount," + options, Path);

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"This test needs root and {program}: {program} {string.Join(' ', arguments)} said: {error}");
    }

    public static async Task<AgentException> FailsWith(ErrorCode code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<AgentException>(action);
        Assert.Equal(code, exception.Code);
        Assert.NotEmpty(exception.What);
        Assert.NotEmpty(exception.Why);
        Assert.NotEmpty(exception.Next);
        return exception;
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", "-l", Path);
        Directory.Delete(Path, recursive: true);
    }
}
