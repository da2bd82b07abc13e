using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>The core's storage: the real code for durable files over a simulated file system.</summary>
internal sealed class SimDisk : IDurableStore
{
    private readonly SimFileSystem _files;
    private readonly DurableStore _store;

    /// <summary>A disk of its own.</summary>
    public SimDisk(Scissors scissors)
        : this(new SimFileSystem(scissors))
    {
    }

    private SimDisk(SimFileSystem files)
    {
        _files = files;
        _store = new(new DurableFiles(files));
    }

    /// <summary>Planted bug: the directory is not synced after a rename.</summary>
    public bool ForgetsDirectorySync
    {
        get => _files.ForgetsDirectorySync;
        set => _files.ForgetsDirectorySync = value;
    }

    /// <summary>Planted bug: content is not synced before a rename.</summary>
    public bool ForgetsContentSync
    {
        get => _files.ForgetsContentSync;
        set => _files.ForgetsContentSync = value;
    }

    /// <summary>No write succeeds to a path that this accepts.</summary>
    public Func<string, bool> IsFull
    {
        get => _files.IsFull;
        set => _files.IsFull = value;
    }

    public IReadOnlyCollection<string> Files => [.. _files.Files()];

    /// <summary>The disk that a file system lies on.</summary>
    public static SimDisk Over(SimFileSystem files) => new(files);

    public byte[]? Peek(string path) => _files.Peek(path);

    /// <summary>What a power cut at this instant would leave, were all that is not synced lost.</summary>
    public byte[]? PeekSynced(string path)
    {
        var copy = new SimFileSystem(new());
        copy.CopyFrom(_files);
        copy.PowerCut([]);
        return copy.Peek(path);
    }

    /// <summary>Puts a file there by another hand than the agent's, durably.</summary>
    public void Put(string path, byte[] content) => _files.Put(path, content);

    /// <summary>Removes one likewise.</summary>
    public void Remove(string path) => _files.Take(path);

    /// <summary>Power is lost, and all that is unsynced fares alike.</summary>
    public void PowerCut(Outcome outcome) => _files.PowerCut([.. _files.Unsynced().Select(u => u.Outcomes.Contains(outcome) ? outcome : Outcome.Kept)]);

    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) =>
        _store.ReadAsync(path, limitBytes, cancellationToken);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        _store.WriteAsync(path, content, mode, cancellationToken);

    public Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        _store.WriteIfChangedAsync(path, content, mode, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => _store.DeleteAsync(path, cancellationToken);
}
