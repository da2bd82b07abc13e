using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Tests.Simulation;

/// <summary>A disk with a volatile cache under a durable store: names and content reach it only when they are synced.</summary>
internal sealed class SimDisk(Scissors scissors) : IDurableStore
{
    private static readonly ErrorCode Full = new("UBA-2999", ErrorKind.Precondition);

    private Dictionary<string, Inode> _cached = new(StringComparer.Ordinal);
    private Dictionary<string, Inode> _synced = new(StringComparer.Ordinal);

    /// <summary>Planted bug: the directory is not synced after a rename.</summary>
    public bool ForgetsDirectorySync { get; set; }

    /// <summary>Planted bug: content is not synced before a rename.</summary>
    public bool ForgetsContentSync { get; set; }

    /// <summary>No write succeeds to a path that this accepts.</summary>
    public Func<string, bool> IsFull { get; set; } = _ => false;

    public IReadOnlyCollection<string> Files => _cached.Keys;

    public byte[]? Peek(string path) => _cached.TryGetValue(path, out var inode) ? inode.Cached : null;

    /// <summary>What a power cut at this instant would leave, were all that is not synced lost.</summary>
    public byte[]? PeekSynced(string path) => _synced.TryGetValue(path, out var inode) ? inode.Synced : null;

    public void Put(string path, byte[] content)
    {
        var inode = new Inode { Cached = content, Synced = content };
        _cached[path] = inode;
        _synced[path] = inode;
    }

    public void Remove(string path)
    {
        _cached.Remove(path);
        _synced.Remove(path);
    }

    /// <summary>Holds what another disk holds, all of it synced.</summary>
    public void CopyFrom(SimDisk other)
    {
        (ForgetsDirectorySync, ForgetsContentSync) = (other.ForgetsDirectorySync, other.ForgetsContentSync);
        foreach (var (path, inode) in other._cached)
        {
            Put(path, inode.Cached);
        }
    }

    public void PowerCut(Loss loss)
    {
        if (loss == Loss.Lost)
        {
            _cached = new(_synced, StringComparer.Ordinal);
        }

        foreach (var inode in _cached.Values)
        {
            inode.Cached = inode.IsSynced || loss == Loss.Kept ? inode.Cached
                : loss == Loss.Torn ? inode.Cached[..(inode.Cached.Length / 2)]
                : inode.Synced;
            inode.Synced = inode.Cached;
        }

        _synced = new(_cached, StringComparer.Ordinal);
    }

    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Peek(path));
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsFull(path))
        {
            throw new AgentException(Full, $"{path} can't be written", "the disk is full", "Free some space");
        }

        var inode = new Inode { Cached = content.ToArray(), Synced = [] };
        await scissors.HappenedAsync($"write {path}.tmp");
        if (!ForgetsContentSync)
        {
            inode.Synced = inode.Cached;
            await scissors.HappenedAsync($"sync {path}.tmp");
        }

        _cached[path] = inode;
        await scissors.HappenedAsync($"rename {path}");
        if (!ForgetsDirectorySync)
        {
            _synced[path] = inode;
            await scissors.HappenedAsync($"sync directory of {path}");
        }
    }

    public async Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (Peek(path) is { } present && content.Span.SequenceEqual(present))
        {
            return false;
        }

        await WriteAsync(path, content, mode, cancellationToken);
        return true;
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_cached.Remove(path))
        {
            return;
        }

        await scissors.HappenedAsync($"unlink {path}");
        _synced.Remove(path);
        await scissors.HappenedAsync($"sync directory of {path}");
    }

    private sealed class Inode
    {
        public required byte[] Cached { get; set; }

        public required byte[] Synced { get; set; }

        public bool IsSynced => ReferenceEquals(Cached, Synced);
    }
}
