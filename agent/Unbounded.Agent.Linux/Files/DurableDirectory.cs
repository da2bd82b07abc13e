using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Directories whose existence survives a power cut.</summary>
public static class DurableDirectory
{
    /// <summary>Creates a directory, and missing parents (0755), each durably. One that exists is left as it is.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Permissions of a new one, set exactly whatever the umask.</param>
    /// <param name="owner">Owner and group of a new one; null for those of the process.</param>
    /// <returns>Whether it was created.</returns>
    /// <exception cref="Core.Errors.AgentException">It can't be created, or something else is there.</exception>
    public static bool Create(string path, UnixFileMode mode, FileOwner? owner = null) => DurableFiles.OfHost.CreateDirectory(path, mode, owner);

    /// <summary>Makes the entries of a directory durable (not their content).</summary>
    /// <exception cref="Core.Errors.AgentException">It failed.</exception>
    public static void Sync(string path) => DurableFiles.OfHost.System.SyncDirectory(path);

    /// <summary>Makes everything written to the file system of a path durable: the one sync after a bulk write (law 9).</summary>
    /// <exception cref="Core.Errors.AgentException">The device reports that it is not.</exception>
    public static Task SyncFileSystemAsync(string path, CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.SyncFileSystemAsync(path, cancellationToken);
}
