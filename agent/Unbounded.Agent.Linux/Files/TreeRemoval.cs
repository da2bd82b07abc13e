using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// Removes whole trees whose content can't be trusted: names need not be UTF-8, links are never followed, and a mount in the tree is never
/// entered (its content is somebody's). Directories without permissions are no obstacle to root.
/// </summary>
public static class TreeRemoval
{
    /// <summary>Removes a directory and everything in it. One that is not there is no error.</summary>
    /// <exception cref="Core.Errors.AgentException">Something can't be removed: a mount point, an immutable file.</exception>
    public static void Remove(string path, CancellationToken cancellationToken)
    {
        if (FileStatus.TryGet(path) is { Type: FileKind.Directory })
        {
            RemoveContent(path, cancellationToken);
            Directory.Delete(path);
        }
    }

    /// <summary>Removes everything in a directory.</summary>
    /// <exception cref="Core.Errors.AgentException">Something can't be removed.</exception>
    public static void RemoveContent(string path, CancellationToken cancellationToken)
    {
        using var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        RemoveContent(directory, path, cancellationToken);
    }

    private static void RemoveContent(SafeFileHandle directory, string path, CancellationToken cancellationToken)
    {
        foreach (var entry in DirectoryReader.Read(directory, path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var shown = $"{path}/{Encoding.UTF8.GetString(entry.Name)}";
            var errno = KernelAt.Remove(directory, entry.Name, isDirectory: false);
            if (errno is Errno.EISDIR)
            {
                RemoveDirectory(directory, entry.Name, shown, cancellationToken);
            }
            else if (errno is not (0 or Errno.ENOENT))
            {
                throw KernelError.From(errno, "unlinkat", $"{shown} could not be removed", shown);
            }
        }
    }

    private static void RemoveDirectory(SafeFileHandle parent, byte[] name, string shown, CancellationToken cancellationToken)
    {
        var errno = KernelAt.Open(
            parent,
            name,
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow,
            UnixFileMode.None,
            PathResolution.NoMountCrossing | PathResolution.NoSymbolicLinks,
            out var opened);
        if (errno != 0)
        {
            throw KernelError.From(errno, "openat2", $"{shown} could not be removed", shown);
        }

        using (opened)
        {
            RemoveContent(opened!, shown, cancellationToken);
        }

        errno = KernelAt.Remove(parent, name, isDirectory: true);
        if (errno is not (0 or Errno.ENOENT))
        {
            throw KernelError.From(errno, "unlinkat", $"{shown} could not be removed", shown);
        }
    }
}
