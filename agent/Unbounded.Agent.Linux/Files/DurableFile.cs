using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// Writes, renames and deletes files so that after a power cut at any instant either the old or the new state is
/// there, whole (laws 1 and 8). When a task ends without an exception, its result is durable.
/// Cancellation is looked at before the first effect only.
/// </summary>
public static class DurableFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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
        Task.Run(() => Write(path, content.Span, mode ?? Private, owner), cancellationToken);

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
        Task.Run(
            () =>
            {
                if (IsAlready(path, content.Span, mode ?? Private, owner))
                    return false;
                Write(path, content.Span, mode ?? Private, owner);
                return true;
            },
            cancellationToken);

    /// <summary>Deletes a file or symbolic link durably. That nothing is there is no error, and made durable too.</summary>
    /// <returns>Whether something was deleted.</returns>
    /// <exception cref="AgentException">It can't be deleted.</exception>
    public static Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        Task.Run(() => Delete(path), cancellationToken);

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
        Task.Run(() => Rename(from, to, replace), cancellationToken);

    /// <summary>Deletes temporary files that a crash left in a directory; those of a running writer stay.</summary>
    /// <param name="directory">The directory; nothing below it is looked at.</param>
    /// <param name="cancellationToken">Stops it between two files.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="AgentException">One can't be deleted.</exception>
    public static Task<int> DeleteLeftoversAsync(string directory, CancellationToken cancellationToken = default) =>
        Task.Run(() => Leftovers.Delete(directory, cancellationToken), cancellationToken);

    internal static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        var (directory, name) = DurablePath.Split(path);
        var target = Path.Combine(directory, name);
        using var temporary = TemporaryFile.Create(DurablePath.TemporaryFor(directory, name));
        KernelFile.SetAttributes(temporary.File, mode, owner, target);
        KernelFile.Write(temporary.File, content, target);
        KernelFile.Sync(temporary.File, target);
        temporary.MoveTo(target);
        DurablePath.SyncDirectory(directory);
    }

    internal static bool Delete(string path)
    {
        var (directory, name) = DurablePath.Split(path);
        if (FileStatus.TryGet(directory) is null)
            return false;
        var existed = Libc.Unlink(Path.Combine(directory, name)) == 0;
        if (!existed && Marshal.GetLastPInvokeError() != Errno.ENOENT)
            throw KernelError.FromLast("unlink", $"{path} could not be deleted", path);
        // Also when it was gone: whoever deleted it may have died before this sync.
        DurablePath.SyncDirectory(directory);
        return existed;
    }

    internal static void Rename(string from, string to, bool replace)
    {
        var (fromDirectory, fromName) = DurablePath.Split(from);
        var (toDirectory, toName) = DurablePath.Split(to);
        var source = Path.Combine(fromDirectory, fromName);
        if (FileStatus.TryGet(source) is { Type: FileKind.Regular })
        {
            using var file = KernelFile.Open(source, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock);
            KernelFile.Sync(file, from);
        }

        if (Libc.RenameAt2(Libc.WorkingDirectory, source, Libc.WorkingDirectory, Path.Combine(toDirectory, toName), replace ? 0 : Libc.RenameNoReplace) != 0)
            throw KernelError.FromLast("renameat2", $"{from} could not be renamed to {to}", to);
        DurablePath.SyncDirectory(toDirectory);
        if (!string.Equals(fromDirectory, toDirectory, StringComparison.Ordinal))
            DurablePath.SyncDirectory(fromDirectory);
    }

    private static bool IsAlready(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        if (FileStatus.TryGet(path) is not { Type: FileKind.Regular } status
            || status.Size != content.Length
            || status.Permissions != mode
            || (owner is { } o && (status.Uid != o.Uid || status.Gid != o.Gid)))
            return false;
        var present = BoundedFile.Read(path, content.Length);
        if (!content.SequenceEqual(present))
            return false;
        using SafeFileHandle file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow);
        KernelFile.Sync(file, path);
        DurablePath.SyncDirectory(DurablePath.Split(path).Directory);
        return true;
    }
}
