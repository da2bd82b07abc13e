namespace Unbounded.Agent.Core.Storage;

/// <summary>
/// The only way in which the core touches storage. Paths are absolute. A method returns only when its effect would survive a power cut,
/// and a crash during it leaves the old content or the new one, never a mixture (law 8). A simulator stands in for it.
/// </summary>
public interface IDurableStore
{
    /// <summary>Reads a whole file, at most <paramref name="limitBytes"/>. Null when there is no such file.</summary>
    /// <exception cref="Errors.AgentException">It is larger, or can't be read.</exception>
    Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken);

    /// <summary>Replaces a file's content: temporary file, sync, rename, sync of the directory. A missing directory is created 0750.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="mode">Its permission bits.</param>
    /// <param name="cancellationToken">Cancels before the rename, never after it.</param>
    Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync"/>, but a file that already has exactly this content and mode is left as it is, times included; that it
    /// would survive a power cut is ensured all the same.
    /// </summary>
    /// <returns>Whether the file was written.</returns>
    Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken);

    /// <summary>Removes a file and syncs its directory. A missing file is no error.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}
