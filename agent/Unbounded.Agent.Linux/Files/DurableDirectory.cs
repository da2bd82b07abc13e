using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>Directories whose existence survives a power cut.</summary>
public static class DurableDirectory
{
    private const UnixFileMode Parents =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates a directory, and missing parents (0755), each durably. One that exists is left as it is.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Permissions of a new one, set exactly whatever the umask.</param>
    /// <param name="owner">Owner and group of a new one; null for those of the process.</param>
    /// <returns>Whether it was created.</returns>
    /// <exception cref="Core.Errors.AgentException">It can't be created, or something else is there.</exception>
    public static bool Create(string path, UnixFileMode mode, FileOwner? owner = null)
    {
        if (Path.GetFullPath(path) == "/")
            return false;
        var (parent, name) = DurablePath.Split(path);
        var full = Path.Combine(parent, name);
        if (Directory.Exists(full))
        {
            // It may have been created by a run that died before this sync.
            DurablePath.SyncDirectory(parent);
            return false;
        }

        Create(parent, Parents);
        // Under its own name it is never seen with another mode than the one asked for, also after a crash.
        var temporary = DurablePath.TemporaryFor(parent, $"{Guid.NewGuid():N}.{name}");
        if (Libc.MkDir(temporary, (uint)mode) != 0)
            throw KernelError.FromLast("mkdir", $"The directory {path} could not be created", path);
        using (var directory = KernelFile.Open(temporary, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow))
        {
            KernelFile.SetAttributes(directory, mode, owner, full);
            KernelFile.Sync(directory, full);
        }

        if (Libc.RenameAt2(Libc.WorkingDirectory, temporary, Libc.WorkingDirectory, full, Libc.RenameNoReplace) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            _ = Libc.RmDir(temporary);
            if (errno == Errno.EEXIST && Directory.Exists(full))
                return false;
            throw KernelError.From(errno, "renameat2", $"The directory {path} could not be created", path);
        }

        DurablePath.SyncDirectory(parent);
        return true;
    }

    /// <summary>Makes the entries of a directory durable (not their content).</summary>
    /// <exception cref="Core.Errors.AgentException">It failed.</exception>
    public static void Sync(string path) => DurablePath.SyncDirectory(path);

    /// <summary>Makes everything written to the file system of a path durable: the one sync after a bulk write (law 9).</summary>
    /// <exception cref="Core.Errors.AgentException">The device reports that it is not.</exception>
    public static Task SyncFileSystemAsync(string path, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                using var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
                KernelFile.SyncFileSystem(directory, path);
            },
            cancellationToken);
}
