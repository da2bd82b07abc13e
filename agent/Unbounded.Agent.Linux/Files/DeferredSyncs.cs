using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Files;

/// <summary>
/// The calls of another file system, but for the syncs of single files and directories: all that was to be synced is made durable together, by one sync of
/// each file system at the end of a bulk write (law 9). Until then nothing that went through here is sure to survive a power cut, so that whatever says
/// that it is complete is written after <see cref="Flush"/>, and not through here. For one thread at a time.
/// </summary>
/// <param name="system">The calls.</param>
public sealed class DeferredSyncs(IFileSystem system) : IFileSystem
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    /// <summary>Makes durable what was to be synced since the last time.</summary>
    /// <exception cref="Core.Errors.AgentException">A device reports that it is not.</exception>
    public void Flush()
    {
        var done = new HashSet<(uint Major, uint Minor)>();
        foreach (var directory in _directories)
        {
            if (system.Find(directory) is { } found && done.Add(found.Device))
                system.SyncFileSystem(directory);
        }

        _directories.Clear();
    }

    /// <inheritdoc/>
    public FileStatus? Find(string path) => system.Find(path);

    /// <inheritdoc/>
    public bool IsDirectory(string path) => system.IsDirectory(path);

    /// <inheritdoc/>
    public byte[]? Read(string path, int limitBytes) => system.Read(path, limitBytes);

    /// <inheritdoc/>
    public string? ReadLink(string path) => system.ReadLink(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => system.List(directory);

    /// <inheritdoc/>
    public ITemporaryFile CreateTemporary(string path, string target) => new Unsynced(system.CreateTemporary(path, target));

    /// <inheritdoc/>
    public void RemoveTemporary(string path) => system.RemoveTemporary(path);

    /// <inheritdoc/>
    public void MakeLink(string path, string target) => system.MakeLink(path, target);

    /// <inheritdoc/>
    public void MakeDirectory(string path, UnixFileMode mode, FileOwner? owner) => system.MakeDirectory(path, mode, owner);

    /// <inheritdoc/>
    public void Rename(string from, string to, bool replace) => system.Rename(from, to, replace);

    /// <inheritdoc/>
    public bool Unlink(string path) => system.Unlink(path);

    /// <inheritdoc/>
    public bool RemoveDirectory(string path) => system.RemoveDirectory(path);

    /// <inheritdoc/>
    public void RemoveContent(string directory, CancellationToken cancellationToken) => system.RemoveContent(directory, cancellationToken);

    /// <inheritdoc/>
    public void SyncFile(string path) => _directories.Add(DurablePath.Split(path).Directory);

    /// <inheritdoc/>
    public void SyncDirectory(string directory) => _directories.Add(directory);

    /// <inheritdoc/>
    public void SyncFileSystem(string path) => system.SyncFileSystem(path);

    /// <inheritdoc/>
    public bool TakesOverlay(string directory) => system.TakesOverlay(directory);

    /// <inheritdoc/>
    public IDisposable Lock(string directory, CancellationToken cancellationToken) => system.Lock(directory, cancellationToken);

    /// <inheritdoc/>
    public IConfinedRoot OpenRoot(string directory) => system.OpenRoot(directory);

    /// <inheritdoc/>
    public string UniqueName() => system.UniqueName();

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => system.RunAsync(work, cancellationToken);

    // The directory of its target is synced after it was moved there, which brings in its file system.
    private sealed class Unsynced(ITemporaryFile file) : ITemporaryFile
    {
        public void SetAttributes(UnixFileMode mode, FileOwner? owner) => file.SetAttributes(mode, owner);

        public void Write(ReadOnlySpan<byte> content) => file.Write(content);

        public void Sync()
        {
        }

        public void MoveToTarget() => file.MoveToTarget();

        public void Dispose() => file.Dispose();
    }
}
