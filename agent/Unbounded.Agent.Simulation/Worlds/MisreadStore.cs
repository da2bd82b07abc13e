using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>Storage with a fault in it: an agent that has just started takes something else out of the record than is in it.</summary>
internal sealed class MisreadStore(IDurableStore store, string record, Func<AgentRecord, AgentRecord> misread) : IDurableStore
{
    private bool _started;
    private byte[]? _real;
    private byte[]? _believed;

    public async Task<byte[]?> ReadAsync(string path, int limitBytes, CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(path, limitBytes, cancellationToken);
        if (content is null || !string.Equals(path, record, StringComparison.Ordinal))
        {
            return content;
        }

        if (!_started)
        {
            (_started, _real) = (true, content);
            _believed = RecordSerializer.Serialize(misread(RecordSerializer.Deserialize(content, path)));
        }

        // What it believes lasts until it saves.
        return _real is { } real && content.AsSpan().SequenceEqual(real) ? _believed : content;
    }

    public Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        store.WriteAsync(path, content, mode, cancellationToken);

    public Task<bool> WriteIfChangedAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        store.WriteIfChangedAsync(path, content, mode, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => store.DeleteAsync(path, cancellationToken);
}
