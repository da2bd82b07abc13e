namespace Unbounded.Agent.Images.Archives;

/// <summary>Chunks of a stream, read on the caller's thread.</summary>
internal sealed class StreamChunks(Stream stream, int size = 64 * 1024) : ChunkSource
{
    private readonly byte[] _buffer = new byte[size];

    internal override ReadOnlyMemory<byte> Next() => _buffer.AsMemory(0, stream.Read(_buffer));

    public override void Dispose() => stream.Dispose();
}
