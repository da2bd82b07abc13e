using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// A file that says that its creator lives: locked for as long as it does, so that what a dead process left is told from what
/// another one is working on. Disposing it deletes the file.
/// </summary>
public sealed class Claim : IDisposable
{
    private readonly TemporaryFile _file;

    private Claim(TemporaryFile file) => _file = file;

    /// <summary>Creates the file. Waits while another process holds it; what a dead one left is taken over.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Core.Errors.AgentException">It can't be created.</exception>
    public static Claim Create(string path) => new(TemporaryFile.Create(path, path));

    /// <summary>Whether a living process holds the file.</summary>
    /// <exception cref="Core.Errors.AgentException">The file system has no locks.</exception>
    public static bool IsHeld(string path)
    {
        if (KernelFile.TryOpen(path, OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.NonBlock, UnixFileMode.None, out var file) != 0)
            return false;
        using (file)
            return !KernelFile.LockWhole(file!, wait: false, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
