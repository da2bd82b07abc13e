namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>
/// How an image is cut into blocks, and how their digests form a tree: a node is the SHA-256 of the digests of the (at most 16) nodes or blocks below it.
/// Levels are counted from the blocks, which are level 0.
/// </summary>
internal sealed class BlockGeometry
{
    /// <summary>Nodes below a node.</summary>
    public const int FanOut = 16;

    /// <summary>Bytes of a digest.</summary>
    public const int DigestBytes = 32;

    /// <summary>The smallest block: what a device is written in.</summary>
    public const int SmallestBlock = 4096;

    /// <summary>The largest block.</summary>
    public const int LargestBlock = 1 << 20;

    private readonly int[] _counts;
    private readonly long[] _offsets;

    /// <summary>Of an image whose sizes are valid (<see cref="IsValid"/>).</summary>
    public BlockGeometry(int blockBytes, long imageBytes)
    {
        if (!IsValid(blockBytes, imageBytes))
            throw new ArgumentOutOfRangeException(nameof(imageBytes), imageBytes, $"not an image in blocks of {blockBytes} bytes");
        (BlockBytes, ImageBytes) = (blockBytes, imageBytes);
        var counts = new List<int> { (int)((imageBytes + blockBytes - 1) / blockBytes) };
        while (counts[^1] > 1)
            counts.Add((counts[^1] + FanOut - 1) / FanOut);
        _counts = [.. counts];
        _offsets = new long[_counts.Length];
        long at = IndexHeader.Bytes;
        for (var level = Top - 1; level >= 0; level--)
        {
            _offsets[level] = at;
            at += (long)_counts[level] * DigestBytes;
        }

        FileBytes = at;
    }

    /// <summary>Bytes of a block; the image's last one may be shorter.</summary>
    public int BlockBytes { get; }

    /// <summary>Bytes of the image.</summary>
    public long ImageBytes { get; }

    /// <summary>Blocks of the image.</summary>
    public int Blocks => _counts[0];

    /// <summary>The level of the one node above all; it is in the header, the levels below it follow the header from the top down.</summary>
    public int Top => _counts.Length - 1;

    /// <summary>Bytes of an index.</summary>
    public long FileBytes { get; }

    /// <summary>Whether these are sizes that an index can have.</summary>
    public static bool IsValid(int blockBytes, long imageBytes) =>
        blockBytes is >= SmallestBlock and <= LargestBlock
        && (blockBytes & (blockBytes - 1)) == 0
        && imageBytes > 0
        && imageBytes / blockBytes < int.MaxValue / 2;

    /// <summary>Nodes of a level.</summary>
    public int Count(int level) => _counts[level];

    /// <summary>Where a node is in an index; not that of the top.</summary>
    public long OffsetOf(int level, int node) => _offsets[level] + (long)node * DigestBytes;

    /// <summary>The nodes below a node: the first, and how many.</summary>
    public (int First, int Count) Below(int level, int node) =>
        (node * FanOut, Math.Min(FanOut, _counts[level - 1] - node * FanOut));

    /// <summary>Where a block is in the image.</summary>
    public long PositionOf(int block) => (long)block * BlockBytes;

    /// <summary>Bytes of one block.</summary>
    public int LengthOf(int block) => (int)Math.Min(BlockBytes, ImageBytes - PositionOf(block));

    /// <summary>Bytes of blocks that follow each other.</summary>
    public long LengthOf(int first, int count) => Math.Min((long)count * BlockBytes, ImageBytes - PositionOf(first));
}
