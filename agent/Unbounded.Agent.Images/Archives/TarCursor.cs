namespace Unbounded.Agent.Images.Archives;

/// <summary>A position in an archive: blocks, data and skips over chunks of any size.</summary>
internal sealed class TarCursor(ChunkSource source, string archive)
{
    internal const int BlockSize = 512;

    private readonly byte[] _block = new byte[BlockSize];
    private ReadOnlyMemory<byte> _chunk;

    /// <summary>Bytes taken so far.</summary>
    internal long Position { get; private set; }

    /// <summary>The next block, valid until the next call; empty at the end of the archive.</summary>
    internal ReadOnlySpan<byte> TryReadBlock()
    {
        if (_chunk.Length >= BlockSize)
            return Take(BlockSize);
        var filled = 0;
        while (filled < BlockSize)
        {
            if (!Fill())
                return filled == 0 ? default : throw Truncated();
            var part = Take(Math.Min(BlockSize - filled, _chunk.Length));
            part.CopyTo(_block.AsSpan(filled));
            filled += part.Length;
        }

        return _block;
    }

    internal ReadOnlySpan<byte> ReadBlock()
    {
        var block = TryReadBlock();
        return block.IsEmpty ? throw Truncated() : block;
    }

    /// <summary>At least one and at most <paramref name="most"/> bytes, valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadSome(long most) =>
        Fill() ? Take((int)Math.Min(most, _chunk.Length)) : throw Truncated();

    /// <summary>Exactly this many bytes, and the padding after them.</summary>
    internal byte[] ReadPadded(int length)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var part = ReadSome(length - filled);
            part.CopyTo(bytes.AsSpan(filled));
            filled += part.Length;
        }

        Skip(Padding(length));
        return bytes;
    }

    internal void Skip(long length)
    {
        while (length > 0)
            length -= ReadSome(length).Length;
    }

    internal static long Padding(long length) => -length & (BlockSize - 1);

    internal Core.Errors.AgentException Truncated() => ArchiveError.Truncated(archive, Position);

    private bool Fill()
    {
        if (_chunk.IsEmpty)
            _chunk = source.Next();
        return !_chunk.IsEmpty;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _chunk.Span[..length];
        _chunk = _chunk[length..];
        Position += length;
        return taken;
    }
}
