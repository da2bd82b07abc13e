using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// Removes whole trees whose content can't be trusted: names need not be UTF-8, links are never followed, a mount in the tree is never
/// entered (its content is somebody's), and no depth exhausts the stack or the file descriptors. Directories without permissions are no
/// obstacle to root.
/// </summary>
public static class TreeRemoval
{
    // Deeper directories are moved up to the top first. Each level costs a descriptor and a stack frame.
    private const int DeepestLevel = 64;

    /// <summary>Removes a directory and everything in it. One that is not there is no error.</summary>
    /// <exception cref="AgentException">Something can't be removed: a mount point, an immutable file.</exception>
    public static void Remove(string path, CancellationToken cancellationToken)
    {
        if (FileStatus.TryGet(path) is not { Type: FileKind.Directory })
        {
            return;
        }

        RemoveContent(path, cancellationToken);
        if (Libc.RmDir(path) != 0)
        {
            throw KernelError.FromLast("rmdir", $"{path} could not be removed", path);
        }
    }

    /// <summary>Removes everything in a directory.</summary>
    /// <exception cref="AgentException">Something can't be removed.</exception>
    public static void RemoveContent(string path, CancellationToken cancellationToken)
    {
        using var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        new Run(directory, path, cancellationToken).RemoveAll();
    }

    private sealed class Run(SafeFileHandle top, string path, CancellationToken cancellationToken)
    {
        private int _raised;

        public void RemoveAll()
        {
            var before = -1;
            // What was too deep is at the top afterwards, and no longer too deep.
            while (before != _raised)
            {
                before = _raised;
                using var again = Reopen();
                RemoveContent(again, path, level: 1);
            }
        }

        // A directory is listed from where its descriptor stands: each pass needs one that stands at the beginning.
        private SafeFileHandle Reopen()
        {
            var errno = KernelAt.Open(top, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, UnixFileMode.None, PathResolution.None, out var again);
            return errno == 0 ? again! : throw Failed(errno, "openat2", path);
        }

        private void RemoveContent(SafeFileHandle directory, string shownParent, int level)
        {
            foreach (var entry in DirectoryReader.Read(directory, shownParent))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var shown = $"{shownParent}/{Encoding.UTF8.GetString(entry.Name)}";
                var errno = KernelAt.Remove(directory, entry.Name, isDirectory: false);
                // POSIX' word for a directory is EPERM, Linux' own is EISDIR.
                if (errno is Errno.EISDIR || (errno is Errno.EPERM && entry.Kind is FileKind.Directory))
                {
                    RemoveDirectory(directory, entry.Name, shown, level);
                }
                else if (errno is not (0 or Errno.ENOENT))
                {
                    throw Failed(errno, "unlinkat", shown);
                }
            }
        }

        private void RemoveDirectory(SafeFileHandle parent, byte[] name, string shown, int level)
        {
            if (level >= DeepestLevel)
            {
                Raise(parent, name, shown);
                return;
            }

            var errno = KernelAt.Open(
                parent,
                name,
                OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow,
                UnixFileMode.None,
                PathResolution.NoMountCrossing | PathResolution.NoSymbolicLinks,
                out var opened);
            if (errno != 0)
            {
                throw Failed(errno, "openat2", shown);
            }

            using (opened)
            {
                RemoveContent(opened!, shown, level + 1);
            }

            errno = KernelAt.Remove(parent, name, isDirectory: true);
            if (errno is not (0 or Errno.ENOENT))
            {
                throw Failed(errno, "unlinkat", shown);
            }
        }

        private void Raise(SafeFileHandle parent, byte[] name, string shown)
        {
            _raised++;
            var raised = Encoding.ASCII.GetBytes($".removing-{_raised.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}");
            if (KernelAt.Rename(parent, name, top, raised) is not 0 and var errno)
            {
                throw Failed(errno, "renameat", shown);
            }
        }

        private static AgentException Failed(int errno, string call, string shown) => errno == Errno.EXDEV
            ? KernelError.From(Errno.EBUSY, call, $"{shown} could not be removed: something is mounted there", shown)
            : KernelError.From(errno, call, $"{shown} could not be removed", shown);
    }
}
