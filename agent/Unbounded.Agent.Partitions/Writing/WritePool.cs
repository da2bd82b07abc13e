using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>The buffers of a device's reads and writes, for as long as one image is written.</summary>
internal sealed class WritePool : IDisposable
{
    private readonly List<AlignedBuffer> _all = [];

    public WritePool(int count, int bytes, CancellationToken stop)
    {
        Free = new(count, stop);
        for (var i = 0; i < count; i++)
        {
            _all.Add(new AlignedBuffer(bytes));
            Free.Put(_all[i]);
        }
    }

    /// <summary>Those that nobody uses now.</summary>
    public Pipe<AlignedBuffer> Free { get; }

    public void Dispose()
    {
        Free.Dispose();
        _all.ForEach(b => b.Dispose());
    }
}
