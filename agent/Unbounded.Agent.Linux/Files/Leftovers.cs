using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Deletes what writers that died have left.</summary>
internal static class Leftovers
{
    internal static int Delete(string directory, CancellationToken cancellationToken)
    {
        if (FileStatus.TryGet(directory) is not { Type: FileKind.Directory })
            return 0;
        var deleted = 0;
        foreach (var path in Directory.EnumerateFileSystemEntries(directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DurablePath.IsTemporary(Path.GetFileName(path)) && DeleteOne(path, cancellationToken))
                deleted++;
        }

        if (deleted > 0)
            DurableFiles.OfHost.System.SyncDirectory(directory);
        return deleted;
    }

    private static bool DeleteOne(string path, CancellationToken cancellationToken)
    {
        switch (FileStatus.TryGet(path)?.Type)
        {
            case FileKind.SymbolicLink:
                break;
            case FileKind.Regular:
                if (KernelFile.TryOpen(path, OpenFlags.WriteOnly | OpenFlags.NoFollow, UnixFileMode.None, out var file) != 0)
                    return false;
                using (file)
                {
                    // Locked: its writer lives.
                    if (!KernelFile.LockWhole(file!, wait: false, path) || FileStatus.TryGet(path)?.IsSameFileAs(FileStatus.Get(file!, path)) != true)
                        return false;
                    return Unlink(path);
                }

            case FileKind.Directory:
                if (Libc.RmDir(path) == 0)
                    return true;
                if (Marshal.GetLastPInvokeError() != Errno.ENOTEMPTY)
                    return false;
                // A living maker's is empty. A power cut may take the rename of a dead one's, and leave what was made in it afterwards.
                TreeRemoval.Remove(path, cancellationToken);
                return true;
            default:
                return false;
        }

        return Unlink(path);
    }

    private static bool Unlink(string path)
    {
        if (Libc.Unlink(path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == Errno.ENOENT
            ? false
            : throw KernelError.FromLast("unlink", $"The leftover {path} could not be deleted", path);
    }
}
