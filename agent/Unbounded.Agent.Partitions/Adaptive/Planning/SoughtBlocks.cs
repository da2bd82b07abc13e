using System.Buffers.Binary;
using Unbounded.Agent.Partitions.Adaptive.Indexes;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>
/// Blocks that are looked for among all that a slot holds, by a part of their digests: it is enough to find a block, which is compared whole when it is read.
/// Most of what a slot holds is not looked for, and one bit says so.
/// </summary>
internal sealed class SoughtBlocks
{
    private const int FilterBits = 1 << 20;

    private readonly BlockSet _filter = new(FilterBits);
    private readonly Dictionary<ulong, int> _blocks = [];

    /// <summary>How many there are.</summary>
    public int Count => _blocks.Count;

    /// <summary>Looks for one that is not looked for yet.</summary>
    public void Add(ReadOnlySpan<byte> digest, int block)
    {
        var key = Key(digest);
        _blocks.Add(key, block);
        _filter.Add(Bit(key));
    }

    /// <summary>Whether one with this digest is looked for, and which.</summary>
    public bool TryGet(ReadOnlySpan<byte> digest, out int block)
    {
        var key = Key(digest);
        block = 0;
        return _filter[Bit(key)] && _blocks.TryGetValue(key, out block);
    }

    /// <summary>The one with this digest, which is not looked for any more; false when there is none.</summary>
    public bool Find(ReadOnlySpan<byte> digest, out int block)
    {
        var key = Key(digest);
        block = 0;
        return _filter[Bit(key)] && _blocks.Remove(key, out block);
    }

    private static int Bit(ulong key) => (int)(key % FilterBits);

    private static ulong Key(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadUInt64LittleEndian(digest);
}
