using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Linux.Files;

/// <summary>The core's storage on durable files.</summary>
/// <param name="files">Where they are; null for the host's own file systems.</param>
public sealed class DurableStore(DurableFiles? files = null) : IDurableStore
{
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private readonly DurableFiles _files = files ?? DurableFiles.OfHost;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) =>
        _files.System.RunAsync(() => _files.System.Read(path, limitBytes), cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var (directory, _) = DurablePath.Split(path);
        await _files.System.RunAsync(() => _files.CreateDirectory(directory, DirectoryMode), cancellationToken);
        await _files.WriteAsync(path, content, mode, owner: null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var (directory, _) = DurablePath.Split(path);
        await _files.System.RunAsync(() => _files.CreateDirectory(directory, DirectoryMode), cancellationToken);
        return await _files.WriteIfChangedAsync(path, content, mode, owner: null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        _files.DeleteAsync(path, cancellationToken);
}
