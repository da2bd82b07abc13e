using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The host's real files, below a root.</summary>
public sealed class HostFiles : IHostFiles
{
    private const int ReadLimit = 4 * 1024 * 1024;
    private readonly string _root;

    /// <summary>Creates the view.</summary>
    /// <param name="root">What stands before every path: <c>/</c> for the host itself.</param>
    public HostFiles(string root) => _root = root.TrimEnd('/');

    /// <inheritdoc/>
    public async Task<HostFileInfo?> StatAsync(string path, CancellationToken cancellationToken)
    {
        var real = Real(path);
        if (FileStatus.TryGet(real) is not { } status)
            return null;
        return status.Type switch
        {
            FileKind.Regular => new HostFileInfo(HostFileKind.File, await DigestAsync(real, cancellationToken), status.Permissions),
            FileKind.SymbolicLink => new HostFileInfo(HostFileKind.Link, Digest(DurableLink.Read(real) ?? ""), status.Permissions),
            FileKind.Directory => new HostFileInfo(HostFileKind.Directory, "", status.Permissions),
            _ => new HostFileInfo(HostFileKind.Other, "", status.Permissions),
        };
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => BoundedFile.TryReadAsync(Real(path), ReadLimit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        var real = new DirectoryInfo(Real(directory));
        IReadOnlyList<string> names = real.Exists ? [.. real.EnumerateFileSystemInfos().Select(e => e.Name).Order(StringComparer.Ordinal)] : [];
        return Task.FromResult(names);
    }

    /// <inheritdoc/>
    public Task DemandWritableAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var real = Real(path);
        var existing = real;
        while (FileStatus.TryGet(existing) is not { Type: FileKind.Directory } && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        return FileSystemUsage.Of(existing).IsReadOnly
            ? Task.FromException(KernelError.From(Errno.EROFS, "fstatvfs", $"{real} can't be written", existing))
            : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string path, HostContent content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var source = content.Open())
            await source.CopyToAsync(bytes, cancellationToken);
        await DurableFile.WriteAsync(Real(path), bytes.GetBuffer().AsMemory(0, (int)bytes.Length), mode, owner: null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task KeepAsync(string path, string keptPath, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DurableHardLink.TryCreate(Real(path), Real(keptPath));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(string keptPath, string path, CancellationToken cancellationToken)
    {
        if (FileStatus.TryGet(Real(keptPath)) is { } kept)
        {
            // rename(2) does nothing when both names are one file, and would leave both.
            if (FileStatus.TryGet(Real(path)) is { } now && now.IsSameFileAs(kept))
                await DurableFile.DeleteAsync(Real(keptPath), cancellationToken);
            else
                await DurableFile.RenameAsync(Real(keptPath), Real(path), replace: true, cancellationToken);
        }

        await CleanAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        await DurableFile.DeleteAsync(Real(path), cancellationToken);
        await CleanAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CreateDirectoryAsync(string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DurableDirectory.Create(Real(path), mode);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetDirectoryModeAsync(string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var real = Real(path);
        using var directory = KernelFile.Open(real, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        KernelFile.SetAttributes(directory, mode, owner: null, real);
        KernelFile.Sync(directory, real);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveEmptyDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        var real = Real(path);
        if (FileStatus.TryGet(real) is not { } status)
        {
            await CleanAsync(path, cancellationToken);
            return true;
        }

        if (status.Type != FileKind.Directory || Directory.EnumerateFileSystemEntries(real).Any())
            return false;
        try
        {
            Directory.Delete(real);
        }
        catch (IOException e) when (e.HResult == Errno.EBUSY)
        {
            // A file system is mounted there: the mount is the host's, and so is the directory.
            return false;
        }

        await CleanAsync(path, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task RemoveTreeAsync(string path, CancellationToken cancellationToken)
    {
        var real = Real(path);
        if (FileStatus.TryGet(real) is { Type: FileKind.Directory } status)
            RemoveTree(real, status, cancellationToken);
        await CleanAsync(path, cancellationToken);
    }

    private static void RemoveTree(string directory, FileStatus status, CancellationToken cancellationToken)
    {
        // In a directory that others may write to, a name can become a link between looking and deleting.
        if (status.Uid != KernelUser.Effective || (status.Permissions & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
        {
            throw new AgentException(
                MachinesErrors.HostFileRefused,
                $"{directory} was not removed",
                "others than the agent's user own it or may write to it",
                "See what is in it and remove it by hand");
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileStatus.TryGet(entry) is not { } found)
                continue;
            if (found.Type != FileKind.Directory)
                File.Delete(entry);
            else if (found.Device == status.Device)
                RemoveTree(entry, found, cancellationToken);
        }

        Directory.Delete(directory);
    }

    private static async Task<string> DigestAsync(string real, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(real);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string Real(string path)
    {
        if (!path.StartsWith('/'))
            throw new ArgumentException($"{path} is not an absolute path", nameof(path));
        return _root + path;
    }

    // Also where nothing was left to remove: whoever removed it may have died before that was durable.
    private async Task CleanAsync(string path, CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(Real(path))!;
        await DurableFile.DeleteLeftoversAsync(directory, cancellationToken);
        if (Directory.Exists(directory))
            DurableDirectory.Sync(directory);
    }
}
