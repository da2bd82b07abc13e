using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Adaptive.Fetching;

/// <summary>Parts of a file of this host, or of a file within one.</summary>
/// <param name="location">Where it is, for errors.</param>
/// <param name="path">The file.</param>
/// <param name="within">Finds first byte and length of the file within; null: it is the whole file.</param>
internal sealed class LocalRanges(Uri location, string path, Func<(long From, long Length)>? within = null) : IRangeSource
{
    private readonly Lazy<(long From, long Length)> _part = new(within ?? (static () => (0, long.MaxValue)));
    private long _fetched;

    public long FetchedBytes => Interlocked.Read(ref _fetched);

    public async Task ReadAsync(long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        var (from, length) = _part.Value;
        if (offset + into.Length > length)
            throw HttpErrors.Refused(location, $"it ends at byte {length}");
        using var file = KernelFile.Open(path, OpenFlags.ReadOnly);
        for (var done = 0; done < into.Length;)
        {
            var read = await RandomAccess.ReadAsync(file, into[done..], from + offset + done, cancellationToken);
            if (read == 0)
                throw HttpErrors.Refused(location, $"it ends at byte {offset + done}");
            done += read;
        }

        Interlocked.Add(ref _fetched, into.Length);
    }
}
