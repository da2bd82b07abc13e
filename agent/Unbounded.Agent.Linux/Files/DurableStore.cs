using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Linux.Files;

/// <summary>The core's storage on the host's own file systems.</summary>
public sealed class DurableStore : IDurableStore
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) =>
        BoundedFile.TryReadAsync(path, limitBytes, cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var (directory, _) = DurablePath.Split(path);
        await Task.Run(() => DurableDirectory.Create(directory, DirectoryMode), cancellationToken);
        await DurableFile.WriteAsync(path, content, mode, owner: null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var (directory, _) = DurablePath.Split(path);
        await Task.Run(() => DurableDirectory.Create(directory, DirectoryMode), cancellationToken);
        return await DurableFile.WriteIfChangedAsync(path, content, mode, owner: null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        DurableFile.DeleteAsync(path, cancellationToken);
}
