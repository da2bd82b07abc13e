using System.Runtime.InteropServices;
using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Linux.Locks;

namespace Unbounded.Agent.Linux.Files;

/// <summary>The host's own file systems.</summary>
public sealed class HostFileSystem : IFileSystem
{
    /// <inheritdoc/>
    public FileStatus? Find(string path) => FileStatus.TryGet(path);

    /// <inheritdoc/>
    public bool IsDirectory(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public byte[]? Read(string path, int limitBytes) => BoundedFile.TryRead(path, limitBytes);

    /// <inheritdoc/>
    public string? ReadLink(string path) => DurableLink.Read(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFileSystemEntries(directory)] : [];

    /// <inheritdoc/>
    public ITemporaryFile CreateTemporary(string path, string target) => TemporaryFile.Create(path, target);

    /// <inheritdoc/>
    public void RemoveTemporary(string path) => TemporaryFile.RemoveLeftover(path);

    /// <inheritdoc/>
    public void MakeLink(string path, string target)
    {
        if (Libc.SymLink(target, path) != 0)
            throw KernelError.FromLast("symlink", $"The link {path} could not be created", path);
    }

    /// <inheritdoc/>
    public void MakeDirectory(string path, UnixFileMode mode, FileOwner? owner)
    {
        if (Libc.MkDir(path, (uint)mode) != 0)
            throw KernelError.FromLast("mkdir", $"The directory {path} could not be created", path);
        using var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        KernelFile.SetAttributes(directory, mode, owner, path);
        KernelFile.Sync(directory, path);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to, bool replace)
    {
        if (Libc.RenameAt2(Libc.WorkingDirectory, from, Libc.WorkingDirectory, to, replace ? 0 : Libc.RenameNoReplace) != 0)
            throw KernelError.FromLast("renameat2", $"{from} could not be renamed to {to}", to);
    }

    /// <inheritdoc/>
    public bool Unlink(string path) => Libc.Unlink(path) == 0
        || (Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw KernelError.FromLast("unlink", $"{path} could not be deleted", path));

    /// <inheritdoc/>
    public bool RemoveDirectory(string path) => Libc.RmDir(path) == 0
        || (Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw KernelError.FromLast("rmdir", $"{path} could not be removed", path));

    /// <inheritdoc/>
    public void RemoveContent(string directory, CancellationToken cancellationToken) => TreeRemoval.RemoveContent(directory, cancellationToken);

    /// <inheritdoc/>
    public void SyncFile(string path)
    {
        using var file = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlock);
        KernelFile.Sync(file, path);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        using var handle = KernelFile.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        KernelFile.Sync(handle, directory);
    }

    /// <inheritdoc/>
    public void SyncFileSystem(string path)
    {
        using var directory = KernelFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        KernelFile.SyncFileSystem(directory, path);
    }

    /// <inheritdoc/>
    public bool TakesOverlay(string directory) => OverlaySupport.IsAvailable(directory);

    /// <inheritdoc/>
    public IDisposable Lock(string directory, CancellationToken cancellationToken) => DirectoryLock.Take(directory, cancellationToken);

    /// <inheritdoc/>
    public IConfinedRoot OpenRoot(string directory) => new ConfinedRoot(directory);

    /// <inheritdoc/>
    public string UniqueName() => Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => Task.Run(work, cancellationToken);
}
