using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// Writes, renames and deletes files of the host so that after a power cut at any instant either the old or the new state is
/// there, whole (<see cref="DurableFiles"/>).
/// </summary>
public static class DurableFile
{
    /// <summary>
    /// Replaces a file: a temporary file in the same directory is written and synced, renamed over the path, and the
    /// directory synced. A symbolic link at the path is replaced, not followed. Writers of one path, in any process,
    /// take turns.
    /// </summary>
    /// <param name="path">The file. Its directory has to exist.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="mode">Permissions, set exactly whatever the umask; null for 0600.</param>
    /// <param name="owner">Owner and group; null for those of the process.</param>
    /// <param name="cancellationToken">Stops it before its first effect.</param>
    /// <exception cref="AgentException">It failed; the old content is still there.</exception>
    public static Task WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode? mode = null,
        FileOwner? owner = null,
        CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.WriteAsync(path, content, mode, owner, cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync"/>, but a file that already has this content, mode and owner is left as it is
    /// (its durability is still ensured).
    /// </summary>
    /// <returns>Whether the file was written.</returns>
    /// <inheritdoc cref="WriteAsync"/>
    public static Task<bool> WriteIfChangedAsync(
        string path,
        ReadOnlyMemory<byte> content,
        UnixFileMode? mode = null,
        FileOwner? owner = null,
        CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.WriteIfChangedAsync(path, content, mode, owner, cancellationToken);

    /// <summary>Deletes a file or symbolic link durably. That nothing is there is no error, and made durable too.</summary>
    /// <returns>Whether something was deleted.</returns>
    /// <exception cref="AgentException">It can't be deleted.</exception>
    public static Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.DeleteAsync(path, cancellationToken);

    /// <summary>
    /// Renames a file, directory or link durably, within one file system. A regular file is synced first; of a
    /// directory the caller has synced the content.
    /// </summary>
    /// <param name="from">The present path.</param>
    /// <param name="to">The new path.</param>
    /// <param name="replace">Whether a file at the new path may be replaced. Without it, something there is an error.</param>
    /// <param name="cancellationToken">Stops it before its first effect.</param>
    /// <exception cref="AgentException">It can't be renamed.</exception>
    public static Task RenameAsync(string from, string to, bool replace = false, CancellationToken cancellationToken = default) =>
        DurableFiles.OfHost.RenameAsync(from, to, replace, cancellationToken);

    /// <summary>Deletes temporary files that a crash left in a directory; those of a running writer stay.</summary>
    /// <param name="directory">The directory; nothing below it is looked at.</param>
    /// <param name="cancellationToken">Stops it between two files.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="AgentException">One can't be deleted.</exception>
    public static Task<int> DeleteLeftoversAsync(string directory, CancellationToken cancellationToken = default) =>
        Task.Run(() => Leftovers.Delete(directory, cancellationToken), cancellationToken);
}
