namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>
/// The host's files, as far as preparing it needs them. Paths are absolute as seen by the host; an implementation may put a root before
/// them. Every change is durable when its method returns, happens whole or not at all, and leaves nothing behind when it is cut off and run again.
/// </summary>
public interface IHostFiles
{
    /// <summary>What is at a path, without following a link at its end. Null when there is nothing.</summary>
    Task<HostFileInfo?> StatAsync(string path, CancellationToken cancellationToken);

    /// <summary>A file's content, following links; null when there is none. At most 4 MiB.</summary>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Names in a directory, sorted; empty when there is no such directory.</summary>
    Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Refuses a path that nothing can be written to, because its file system is read-only. What of its directories is missing may be made later.</summary>
    /// <exception cref="Core.Errors.AgentException"><see cref="Linux.LinuxErrors.ReadOnlyFileSystem"/>.</exception>
    Task DemandWritableAsync(string path, CancellationToken cancellationToken);

    /// <summary>Puts content at a path, in place of any file or link there. The directory exists.</summary>
    Task WriteAsync(string path, HostContent content, UnixFileMode mode, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what is at a path under a second name in the same directory, with everything that belongs to it. Does nothing when the second name exists.
    /// </summary>
    Task KeepAsync(string path, string keptPath, CancellationToken cancellationToken);

    /// <summary>Moves what was kept back over the path. Does nothing when nothing was kept.</summary>
    Task RestoreAsync(string keptPath, string path, CancellationToken cancellationToken);

    /// <summary>Removes a file or link, and what an interrupted write of it may have left. Nothing there is no error.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>Creates one directory whose parent exists. An existing one is left as it is.</summary>
    Task CreateDirectoryAsync(string path, UnixFileMode mode, CancellationToken cancellationToken);

    /// <summary>Gives a directory these permissions, which it may have already.</summary>
    Task SetDirectoryModeAsync(string path, UnixFileMode mode, CancellationToken cancellationToken);

    /// <summary>Removes a directory if it is empty.</summary>
    /// <returns>Whether there is no such directory now.</returns>
    Task<bool> RemoveEmptyDirectoryAsync(string path, CancellationToken cancellationToken);

    /// <summary>Removes a directory with everything in it, without following links or crossing into a mounted file system.</summary>
    Task RemoveTreeAsync(string path, CancellationToken cancellationToken);
}
