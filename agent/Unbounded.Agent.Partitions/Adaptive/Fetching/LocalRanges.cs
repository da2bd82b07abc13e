using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Adaptive.Fetching;

/// <summary>Parts of a file of this host.</summary>
internal sealed class LocalRanges(Uri location) : IRangeSource
{
    private long _fetched;

    public long FetchedBytes => Interlocked.Read(ref _fetched);

    public async Task ReadAsync(long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        using var file = KernelFile.Open(location.LocalPath, OpenFlags.ReadOnly);
        for (var done = 0; done < into.Length;)
        {
            var read = await RandomAccess.ReadAsync(file, into[done..], offset + done, cancellationToken);
            if (read == 0)
                throw HttpErrors.Failed(location, $"it ends at byte {offset + done}", inner: null);
            done += read;
        }

        Interlocked.Add(ref _fetched, into.Length);
    }
}
