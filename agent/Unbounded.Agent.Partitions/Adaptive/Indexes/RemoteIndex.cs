using System.Security.Cryptography;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Adaptive.Fetching;

namespace Unbounded.Agent.Partitions.Adaptive.Indexes;

/// <summary>
/// The index of an image that is to be installed, of which only the nodes are fetched that are looked at. Each is verified by the node above it, the header by
/// the digest that the signed index of updates names.
/// </summary>
internal sealed class RemoteIndex : IDisposable
{
    private const int GroupBytes = BlockGeometry.FanOut * BlockGeometry.DigestBytes;
    private const int LongestFetch = 512;
    private const int WidestGap = 2;
    private const double GapShare = 0.2;
    private const int Connections = 6;

    private readonly IRangeSource _source;
    private readonly Uri _location;
    private readonly IndexFile _cache;
    private readonly BlockSet[] _known;

    private RemoteIndex(IRangeSource source, Uri location, IndexFile cache)
    {
        (_source, _location, _cache) = (source, location, cache);
        // By level: the nodes whose children are in the cache.
        _known = [.. Enumerable.Range(0, cache.Geometry.Top + 1).Select(level => new BlockSet(cache.Geometry.Count(level)))];
    }

    /// <summary>Its header, verified.</summary>
    public IndexHeader Header => _cache.Header;

    /// <summary>How its image is cut.</summary>
    public BlockGeometry Geometry => _cache.Geometry;

    /// <summary>Fetches the header.</summary>
    /// <param name="source">The index.</param>
    /// <param name="location">Where that is, for errors.</param>
    /// <param name="digest">Digest of its header.</param>
    /// <param name="cache">A file for the nodes that are fetched; what was there is gone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AgentException">It can't be had, or is not the one that was announced.</exception>
    public static async Task<RemoteIndex> OpenAsync(IRangeSource source, Uri location, ContentDigest digest, string cache, CancellationToken cancellationToken)
    {
        var bytes = new byte[IndexHeader.Bytes];
        await source.ReadAsync(0, bytes, cancellationToken);
        var found = IndexHeader.Of(SHA256.HashData(bytes));
        if (found != digest)
            throw Wrong(location, $"its header has the digest {found}, announced was {digest}");
        if (IndexHeader.TryParse(bytes) is not { } header)
            throw Wrong(location, "its header can't be understood: it is none, or one of a later version");
        return new(source, location, IndexFile.Create(cache, header));
    }

    /// <summary>Finds the blocks in which an image differs from what a slot holds; all of them where that is not known.</summary>
    public async Task<BlockSet> DiffAsync(IndexFile? held, CancellationToken cancellationToken)
    {
        if (held?.Geometry.BlockBytes != Geometry.BlockBytes)
            held = null;
        var differing = new BlockSet(1);
        if (held is null || held.Geometry.Top != Geometry.Top || held.Header.Root != Header.Root)
            differing.Add(0);
        for (var level = Geometry.Top; level > 0; level--)
        {
            await EnsureAsync(level, differing, cancellationToken);
            differing = Below(level, differing, held);
        }

        return differing;
    }

    /// <summary>Reads the digests of blocks that <see cref="DiffAsync"/> found.</summary>
    public void Read(int first, Span<byte> into)
    {
        if (_cache.Read(0, first, into) * BlockGeometry.DigestBytes != into.Length)
            throw new EndOfStreamException($"{_cache.Path} has no block {first}");
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private BlockSet Below(int level, BlockSet nodes, IndexFile? held)
    {
        var differing = new BlockSet(Geometry.Count(level - 1));
        Span<byte> wanted = stackalloc byte[GroupBytes];
        Span<byte> there = stackalloc byte[GroupBytes];
        foreach (var node in nodes.Each())
        {
            var (first, count) = Geometry.Below(level, node);
            Read(level - 1, first, wanted[..(count * BlockGeometry.DigestBytes)]);
            var have = held?.Read(level - 1, first, there[..(count * BlockGeometry.DigestBytes)]) ?? 0;
            for (var i = 0; i < count; i++)
            {
                var at = i * BlockGeometry.DigestBytes;
                if (i >= have || !wanted.Slice(at, BlockGeometry.DigestBytes).SequenceEqual(there.Slice(at, BlockGeometry.DigestBytes)))
                    differing.Add(first + i);
            }
        }

        return differing;
    }

    private void Read(int level, int first, Span<byte> into)
    {
        if (_cache.Read(level, first, into) * BlockGeometry.DigestBytes != into.Length)
            throw new EndOfStreamException($"{_cache.Path} has no node {first} of level {level}");
    }

    private async Task EnsureAsync(int level, BlockSet nodes, CancellationToken cancellationToken)
    {
        var missing = new BlockSet(nodes.Size);
        foreach (var node in nodes.Each().Where(n => !_known[level][n]))
            missing.Add(node);
        var runs = missing.Runs(missing.GapWorthReading(GapShare, WidestGap), LongestFetch);
        await Parallel.ForEachAsync(
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (run, stop) =>
            {
                var first = run.First * BlockGeometry.FanOut;
                var (last, count) = Geometry.Below(level, run.First + run.Count - 1);
                var bytes = new byte[(last + count - first) * BlockGeometry.DigestBytes];
                await _source.ReadAsync(Geometry.OffsetOf(level - 1, first), bytes, stop);
                Accept(level, run.First, run.Count, bytes);
            });
        foreach (var node in missing.Each())
            _known[level].Add(node);
    }

    // Nodes in a gap are verified, too: the nodes above them are there, since they were read to see that these need not be.
    private void Accept(int level, int first, int count, ReadOnlySpan<byte> children)
    {
        Span<byte> above = stackalloc byte[BlockGeometry.DigestBytes];
        Span<byte> found = stackalloc byte[BlockGeometry.DigestBytes];
        for (var i = 0; i < count; i++)
        {
            var group = children[(i * GroupBytes)..Math.Min((i + 1) * GroupBytes, children.Length)];
            SHA256.HashData(group, found);
            Read(level, first + i, above);
            if (found.SequenceEqual(above))
                _cache.Write(level - 1, (first + i) * BlockGeometry.FanOut, group);
            else if (!IsEmpty(above))
                throw Wrong(_location, $"node {first + i} of level {level} does not belong to its header");
        }
    }

    // In a gap, where the node above was never fetched.
    private static bool IsEmpty(ReadOnlySpan<byte> node) => node.IndexOfAnyExcept((byte)0) < 0;

    private static AgentException Wrong(Uri location, string why) => new(
        PartitionsErrors.BlockIndexWrong,
        $"The block index {location.GetLeftPart(UriPartial.Path)} is not the one that was announced",
        why,
        "Make it anew from the image (unbounded-agent image index) and publish both together; until then the image is fetched whole");
}
