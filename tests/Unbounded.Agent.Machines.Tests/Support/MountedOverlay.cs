using System.Diagnostics;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>Makes a directory one on an overlay, as in an engine's container, for as long as a test runs.</summary>
internal sealed class MountedOverlay : IDisposable
{
    private readonly string _path;
    private readonly TemporaryRoot _layers = new();

    public MountedOverlay(string path)
    {
        _path = path;
        var (lower, upper, work) = (Layer("lower"), Layer("upper"), Layer("work"));
        Run("mount", "-t", "overlay", "overlay", "-o", $"lowerdir={lower},upperdir={upper},workdir={work}", path);
    }

    public void Dispose()
    {
        Run("umount", "-l", _path);
        _layers.Dispose();
    }

    private string Layer(string name) => Directory.CreateDirectory($"{_layers.Path}/{name}").FullName;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"This test needs root and overlay: {program} {string.Join(' ', arguments)} failed");
        }
    }
}
