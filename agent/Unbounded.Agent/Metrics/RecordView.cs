using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Metrics;

/// <summary>The record for somebody who only looks: read anew when its file is another one than before.</summary>
/// <param name="path">The record.</param>
internal sealed class RecordView(string path)
{
    private readonly Lock _gate = new();
    private byte[]? _known;
    private AgentRecord? _record;

    /// <summary>The record; null when there is none, or it can't be read.</summary>
    public AgentRecord? Read()
    {
        lock (_gate)
        {
            try
            {
                var content = BoundedFile.TryRead(path, RecordStore.LimitBytes);
                if (content is null || _known is null || !content.AsSpan().SequenceEqual(_known))
                    (_known, _record) = (content, content is null ? null : RecordSerializer.Deserialize(content, path));
                return _record;
            }
            catch (AgentException)
            {
                // The daemon says what is wrong with it; figures go on without.
                return null;
            }
        }
    }
}
