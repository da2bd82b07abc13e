using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// A file that is being written beside the one it will replace. It is locked for as long as its writer lives, so that
/// a leftover is told from a file that is being written, also by another process. The lock is an open file
/// description lock (fcntl(2)): it outlives the rename for an instant, and a flock would stop readers then, since
/// .NET takes one for every file it opens.
/// Disposing it before <see cref="MoveToTarget"/> deletes it.
/// </summary>
internal sealed class TemporaryFile : ITemporaryFile
{
    private readonly string _path;
    private readonly string _target;
    private readonly SafeFileHandle _file;
    private bool _moved;

    private TemporaryFile(string path, string target, SafeFileHandle file)
    {
        _path = path;
        _target = target;
        _file = file;
    }

    internal static TemporaryFile Create(string path, string target)
    {
        while (true)
        {
            var errno = KernelFile.TryOpen(
                path,
                OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow,
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                out var file);
            if (errno == 0)
            {
                // Between open and lock another writer may have taken it for a leftover.
                if (LockIfStillThere(file!, path))
                    return new TemporaryFile(path, target, file!);
                file!.Dispose();
            }
            else if (errno == Errno.EEXIST)
            {
                RemoveLeftover(path);
            }
            else
            {
                throw KernelError.From(errno, "open", $"A temporary file could not be created in {Path.GetDirectoryName(path)}", path);
            }
        }
    }

    public void SetAttributes(UnixFileMode mode, FileOwner? owner) => KernelFile.SetAttributes(_file, mode, owner, _target);

    public void Write(ReadOnlySpan<byte> content) => KernelFile.Write(_file, content, _target);

    public void Sync() => KernelFile.Sync(_file, _target);

    public void MoveToTarget()
    {
        if (Libc.Rename(_path, _target) != 0)
            throw KernelError.FromLast("rename", $"{_target} could not be replaced", _target);
        _moved = true;
    }

    public void Dispose()
    {
        // Under the lock still: only the holder of the lock may remove the name.
        if (!_moved)
            _ = Libc.Unlink(_path);
        _file.Dispose();
    }

    /// <summary>Waits until the writer of an existing temporary file is done or dead; what a dead one left is deleted.</summary>
    internal static void RemoveLeftover(string path)
    {
        var errno = KernelFile.TryOpen(path, OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.NonBlock, UnixFileMode.None, out var file);
        if (errno == Errno.ENOENT)
            return;
        if (errno != 0)
            throw KernelError.From(errno, "open", $"The temporary file {path} is in the way", path);
        using (file)
        {
            if (LockIfStillThere(file!, path) && Libc.Unlink(path) != 0)
                throw KernelError.FromLast("unlink", $"The leftover {path} could not be deleted", path);
        }
    }

    private static bool LockIfStillThere(SafeFileHandle file, string path)
    {
        KernelFile.LockWhole(file, wait: true, path);
        return FileStatus.TryGet(path) is { } atPath && atPath.IsSameFileAs(FileStatus.Get(file, path));
    }
}
