using System.Diagnostics;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>A directory for one test, on the machine's disk or on a file system of a given size.</summary>
internal sealed class TempDirectory : IDisposable
{
    private bool _mounted;

    internal TempDirectory() => Path = Directory.CreateTempSubdirectory("uba-images-").FullName;

    internal string Path { get; }

    internal static TempDirectory OnTmpfs(string options)
    {
        var directory = new TempDirectory();
        Run("mount", "-t", "tmpfs", "-o", options, "test", directory.Path);
        directory._mounted = true;
        return directory;
    }

    /// <summary>A small btrfs on a loop device: a file system that shares blocks between files.</summary>
    internal static TempDirectory OnBtrfs()
    {
        var directory = new TempDirectory();
        var image = directory.Path + ".btrfs";
        Shell($"truncate -s 300M {image}; mkfs.btrfs -q -m single {image}; mount -o loop {image} {directory.Path}; rm {image}");
        directory._mounted = true;
        return directory;
    }

    internal string Sub(string name) => System.IO.Path.Combine(Path, name);

    internal string MakeDirectory(string name) => Directory.CreateDirectory(Sub(name)).FullName;

    internal static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"This test needs root and {program}: {program} {string.Join(' ', arguments)} said: {error}");
    }

    internal static void Shell(string script) => Run("sh", "-euc", script);

    internal static async Task<AgentException> FailsWith(ErrorCode code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<AgentException>(action);
        Assert.True(code == exception.Code, $"expected {code}, was {exception}");
        Assert.NotEmpty(exception.What);
        Assert.NotEmpty(exception.Why);
        Assert.NotEmpty(exception.Next);
        return exception;
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", "-l", Path);
        Run("rm", "-rf", Path);
    }
}
