using System.Text;
using Microsoft.Win32.SafeHandles;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Whole trees of files whose names may be any bytes. Links are never followed and mounts never crossed.</summary>
public static class FileTree
{
    private const int DeepestRecursion = 64;
    private const int DeepestMeasure = 512;

    /// <summary>Deletes a file or tree. That nothing is there is no error.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Stops it between two entries.</param>
    /// <returns>Whether something was there.</returns>
    /// <exception cref="AgentException">Something can't be deleted: a mount point, an immutable file.</exception>
    public static Task<bool> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                var (parent, name) = DurablePath.Split(path);
                if (FileStatus.TryGet(Path.Combine(parent, name)) is null)
                    return false;
                using var directory = KernelFile.Open(parent, OpenFlags.ReadOnly | OpenFlags.Directory);
                Delete(directory, Encoding.UTF8.GetBytes(name), path, cancellationToken);
                KernelFile.Sync(directory, parent);
                return true;
            },
            cancellationToken);

    /// <summary>Deletes an entry of an open directory with everything below it, however deep.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The entry.</param>
    /// <param name="pathForErrors">Names the tree in an error.</param>
    /// <param name="cancellationToken">Stops it between two entries.</param>
    /// <exception cref="AgentException">Something can't be deleted.</exception>
    public static void Delete(SafeFileHandle directory, ReadOnlySpan<byte> name, string pathForErrors, CancellationToken cancellationToken = default)
    {
        // A tree can be deeper than there are file descriptors and stack: what is too deep is moved up and deleted there.
        var moved = new Stack<byte[]>();
        Delete(directory, name, depth: 0, directory, moved, pathForErrors, cancellationToken);
        while (moved.TryPop(out var deep))
            Delete(directory, deep, depth: 0, directory, moved, pathForErrors, cancellationToken);
    }

    private static void Delete(
        SafeFileHandle directory,
        ReadOnlySpan<byte> name,
        int depth,
        SafeFileHandle top,
        Stack<byte[]> moved,
        string pathForErrors,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errno = KernelAt.Remove(directory, name, isDirectory: false);
        if (errno is 0 or Errno.ENOENT)
            return;
        if (errno != Errno.EISDIR)
            throw Failed(errno, "unlinkat", pathForErrors);
        if (depth == DeepestRecursion)
        {
            var deep = Encoding.ASCII.GetBytes($".{Guid.NewGuid():N}{DurablePath.TemporarySuffix}");
            errno = KernelAt.Rename(directory, name, top, deep);
            if (errno != 0)
                throw Failed(errno, "renameat", pathForErrors);
            moved.Push(deep);
            return;
        }

        errno = KernelAt.Open(
            directory,
            name,
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow,
            UnixFileMode.None,
            PathResolution.Beneath | PathResolution.NoSymbolicLinks | PathResolution.NoMountCrossing,
            out var tree);
        // Somebody else deletes it too.
        if (errno == Errno.ENOENT)
            return;
        if (errno != 0)
            throw Failed(errno == Errno.EXDEV ? Errno.EBUSY : errno, "openat2", pathForErrors);
        using (tree)
        {
            foreach (var entry in DirectoryReader.Read(tree!, pathForErrors))
                Delete(tree!, entry.Name, depth + 1, top, moved, pathForErrors, cancellationToken);
        }

        errno = KernelAt.Remove(directory, name, isDirectory: true);
        if (errno is not (0 or Errno.ENOENT))
            throw Failed(errno, "unlinkat", pathForErrors);
    }

    /// <summary>Measures a tree. What is deeper than 512 directories is not looked at.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Stops it between two entries.</param>
    /// <exception cref="AgentException">A directory can't be read.</exception>
    public static TreeSize Measure(string path, CancellationToken cancellationToken = default)
    {
        using var top = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        var seen = new HashSet<((uint, uint), ulong)>();
        var size = new TreeSize(FileStatus.Get(top, path).AllocatedBytes, 1);
        Measure(top, depth: 0, seen, ref size, path, cancellationToken);
        return size;
    }

    private static void Measure(
        SafeFileHandle directory, int depth, HashSet<((uint, uint), ulong)> seen, ref TreeSize size, string pathForErrors, CancellationToken cancellationToken)
    {
        foreach (var entry in DirectoryReader.Read(directory, pathForErrors))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (KernelAt.GetStatus(directory, entry.Name, out var status) != 0)
                continue;
            var isCounted = status.Type != FileKind.Directory && status.LinkCount > 1 && !seen.Add((status.Device, status.Inode));
            size = new TreeSize(size.BytesOnDisk + (isCounted ? 0 : status.AllocatedBytes), size.Entries + 1);
            if (status.Type != FileKind.Directory || depth == DeepestMeasure)
                continue;
            var flags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
            var resolution = PathResolution.Beneath | PathResolution.NoSymbolicLinks | PathResolution.NoMountCrossing;
            if (KernelAt.Open(directory, entry.Name, flags, UnixFileMode.None, resolution, out var child) != 0)
                continue;
            using (child)
                Measure(child!, depth + 1, seen, ref size, pathForErrors, cancellationToken);
        }
    }

    private static AgentException Failed(int errno, string call, string path) =>
        KernelError.From(errno, call, $"{path} could not be deleted", path);
}
