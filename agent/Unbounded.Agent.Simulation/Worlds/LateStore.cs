using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>Storage with a fault in it: a record with an open intent stays in memory until the next one comes.</summary>
internal sealed class LateStore(IDurableStore store, string record) : IDurableStore
{
    private byte[]? _late;

    public Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken) =>
        _late is { } late && string.Equals(path, record, StringComparison.Ordinal)
            ? Task.FromResult<byte[]?>(late)
            : store.ReadAsync(path, limitBytes, cancellationToken);

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (!string.Equals(path, record, StringComparison.Ordinal))
        {
            return store.WriteAsync(path, content, mode, cancellationToken);
        }

        _late = RecordSerializer.Deserialize(content.ToArray(), path).Transition is not null ? content.ToArray() : null;
        return _late is not null ? Task.CompletedTask : store.WriteAsync(path, content, mode, cancellationToken);
    }

    public Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        store.WriteIfChangedAsync(path, content, mode, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => store.DeleteAsync(path, cancellationToken);
}
