using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>Where the blocks come from that a slot lacks. Each is in exactly one of the four.</summary>
internal sealed class BlockPlan(BlockGeometry geometry)
{
    // What is scattered over more places than this is fetched: memory does not grow with the image.
    internal const int MostPlaces = 1 << 18;

    private readonly List<BlockCopy> _copies = [];
    private readonly List<BlockCopy> _repeats = [];

    /// <summary>Blocks of nothing but zeros.</summary>
    public BlockSet Zero { get; } = new(geometry.Blocks);

    /// <summary>Blocks that are in neither slot.</summary>
    public BlockSet Fetch { get; } = new(geometry.Blocks);

    /// <summary>Blocks that one of the slots holds.</summary>
    public IReadOnlyList<BlockCopy> Copies => _copies;

    /// <summary>Blocks that are fetched for another place of the image.</summary>
    public IReadOnlyList<BlockCopy> Repeats => _repeats;

    /// <summary>Bytes that are fetched.</summary>
    public long FetchBytes => (long)Fetch.Count * geometry.BlockBytes;

    /// <summary>Bytes that are read in a slot and written in the other.</summary>
    public long CopyBytes => (_copies.Sum(c => (long)c.Count) + _repeats.Count) * geometry.BlockBytes;

    /// <summary>Bytes that are written.</summary>
    public long WriteBytes => FetchBytes + CopyBytes + (long)Zero.Count * geometry.BlockBytes;

    internal void Copy(int to, int from, BlockOrigin origin)
    {
        var next = new BlockCopy(to, from, 1, origin);
        if (_copies.Count > 0 && _copies[^1] is var last && last.GoesOnWith(next))
            _copies[^1] = last with { Count = last.Count + 1 };
        else if (_copies.Count < MostPlaces)
            _copies.Add(next);
        else
            Fetch.Add(to);
    }

    internal void Repeat(int to, int from)
    {
        if (_repeats.Count < MostPlaces)
            _repeats.Add(new(to, from, 1, BlockOrigin.Itself));
        else
            Fetch.Add(to);
    }
}
