namespace Unbounded.Agent.Linux.Compression;

/// <summary>The compressed bytes that a decoder has not taken yet.</summary>
internal sealed class CompressedInput(Stream source)
{
    private const int Size = 256 * 1024;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Size);
    private int _start;
    private int _end;

    internal bool Ended { get; private set; }

    internal ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads more once everything was taken.</summary>
    internal void Refill()
    {
        if (_start < _end || Ended)
            return;
        _start = 0;
        _end = source.Read(_buffer);
        Ended = _end == 0;
    }

    internal void Take(int count) => _start += count;
}
