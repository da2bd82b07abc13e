using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>The pieces that another thread has fetched, as a stream. What was read is handed back to be filled again.</summary>
internal sealed class PieceStream(Pipe<Piece<byte[]>> filled, Pipe<byte[]> free) : ReadOnlyStream
{
    private Piece<byte[]> _now;
    private int _at;

    /// <summary>The first bytes, without taking them: at most as many as the first piece has.</summary>
    public ReadOnlySpan<byte> Peek() => Advance() ? _now.Buffer.AsSpan(_at, _now.Length - _at) : [];

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (!Advance())
            return 0;
        var count = Math.Min(buffer.Length, _now.Length - _at);
        _now.Buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    /// <summary>Lets the rest pass, so that who fetches comes to the end.</summary>
    public void Drain()
    {
        while (Advance())
            _at = _now.Length;
    }

    private bool Advance()
    {
        while (_at == _now.Length)
        {
            if (_now.Buffer is not null)
                free.Put(_now.Buffer);
            _now = default;
            _at = 0;
            if (!filled.TryTake(out _now))
                return false;
        }

        return true;
    }
}
