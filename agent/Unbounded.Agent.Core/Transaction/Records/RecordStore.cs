using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>Loads and saves the record. A save is atomic and durable, and refused when the file is not what was loaded.</summary>
/// <param name="store">Durable storage.</param>
/// <param name="path">Absolute path of the record.</param>
public sealed class RecordStore(IDurableStore store, string path)
{
    private byte[]? _known;
    private long _knownGeneration;

    /// <summary>The largest record that is read, in bytes.</summary>
    public const int LimitBytes = 4 << 20;

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Absolute path of the record.</summary>
    public string Path => path;

    /// <summary>Reads the record; null when there is none.</summary>
    /// <exception cref="AgentException">It is damaged, or written by a newer agent. The file is left as it is.</exception>
    public async Task<AgentRecord?> LoadAsync(CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(path, LimitBytes, cancellationToken);
        var record = content is null ? null : RecordSerializer.Deserialize(content, path);
        (_known, _knownGeneration) = (content, record?.Generation ?? 0);
        return record;
    }

    /// <summary>Saves a record over the generation that it was made from.</summary>
    /// <param name="record">The record with the generation that was loaded, 0 for the first.</param>
    /// <param name="cancellationToken">Cancels before the file is replaced, never after it.</param>
    /// <returns>The record as it is stored, one generation on.</returns>
    /// <exception cref="AgentException">Somebody else saved in between, or storage failed.</exception>
    public async Task<AgentRecord> SaveAsync(AgentRecord record, CancellationToken cancellationToken)
    {
        // Bytes that were loaded or saved here before need no second look: a save is waited for while the node is between two sides.
        var present = await store.ReadAsync(path, LimitBytes, cancellationToken);
        var stored = present is null ? 0
            : _known is not null && present.AsSpan().SequenceEqual(_known) ? _knownGeneration
            : RecordSerializer.Deserialize(present, path).Generation;
        if (stored != record.Generation)
        {
            throw new AgentException(
                CoreErrors.RecordChanged,
                $"The record {path} was changed by somebody else",
                $"generation {record.Generation} was loaded, {stored} is stored",
                "Let one agent run at a time; this run has changed nothing more");
        }

        var minor = record.Format.Major == RecordFormat.Current.Major
            ? Math.Max(record.Format.Minor, RecordFormat.Current.Minor)
            : RecordFormat.Current.Minor;
        var next = record with { Generation = stored + 1, Format = new(RecordFormat.Current.Major, minor) };
        var content = RecordSerializer.Serialize(next);
        await store.WriteAsync(path, content, Mode, cancellationToken);
        (_known, _knownGeneration) = (content, next.Generation);
        return next;
    }
}
