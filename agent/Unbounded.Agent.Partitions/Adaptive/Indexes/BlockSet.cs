using System.Numerics;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>A set of blocks, or of nodes of one level: a bit each.</summary>
/// <param name="size">How many there are.</param>
internal sealed class BlockSet(int size)
{
    private const int WordBits = 64;
    private readonly ulong[] _words = new ulong[(size + WordBits - 1) / WordBits];

    /// <summary>How many there are.</summary>
    public int Size => size;

    /// <summary>How many of them are in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one is in the set.</summary>
    public bool this[int at] => (_words[at / WordBits] >> (at % WordBits) & 1) != 0;

    /// <summary>Puts one in.</summary>
    public void Add(int at)
    {
        Count += this[at] ? 0 : 1;
        _words[at / WordBits] |= 1UL << (at % WordBits);
    }

    /// <summary>Takes one out.</summary>
    public void Remove(int at)
    {
        Count -= this[at] ? 1 : 0;
        _words[at / WordBits] &= ~(1UL << (at % WordBits));
    }

    /// <summary>All in the set, in order.</summary>
    public IEnumerable<int> Each()
    {
        for (var word = 0; word < _words.Length; word++)
        {
            for (var left = _words[word]; left != 0; left &= left - 1)
                yield return word * WordBits + BitOperations.TrailingZeroCount(left);
        }
    }

    /// <summary>Those that follow each other, in order; runs with at most <paramref name="gap"/> others between them are one, of at most <paramref name="longest"/>.</summary>
    public IEnumerable<(int First, int Count)> Runs(int gap = 0, int longest = int.MaxValue)
    {
        var (first, last) = (-1, -1);
        foreach (var at in Each())
        {
            if (first >= 0 && (at - last - 1 > gap || at - first >= longest))
            {
                yield return (first, last - first + 1);
                first = -1;
            }

            first = first < 0 ? at : first;
            last = at;
        }

        if (first >= 0)
            yield return (first, last - first + 1);
    }

    /// <summary>The widest gap that can be read over when that may cost at most a share of what is needed: fewer requests for few more bytes.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <param name="widest">The widest gap that is worth it at all.</param>
    public int GapWorthReading(double share, int widest)
    {
        var gaps = new long[widest + 1];
        var last = -1;
        foreach (var at in Each())
        {
            if (last >= 0 && at - last - 1 <= widest)
                gaps[at - last - 1] += at - last - 1;
            last = at;
        }

        long read = 0;
        for (var gap = 1; gap <= widest; gap++)
        {
            read += gaps[gap];
            if (read > Count * share)
                return gap - 1;
        }

        return widest;
    }
}
