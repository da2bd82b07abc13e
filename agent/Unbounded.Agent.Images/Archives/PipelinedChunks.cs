using System.Runtime.ExceptionServices;

namespace Unbounded.Agent.Images.Archives;

/// <summary>
/// Chunks of a stream, read ahead on a thread of their own: decompressing and writing take about as long, and side by side
/// half the time. Memory is bounded by the number of chunks. A failure of the stream comes out of <see cref="Next"/>.
/// </summary>
internal sealed class PipelinedChunks : ChunkSource
{
    internal const int ChunkSize = 1 << 20;
    private const int Chunks = 6;

    private readonly Stream _stream;
    private readonly (byte[] Buffer, int Length)[] _ring = new (byte[], int)[Chunks];
    private readonly SemaphoreSlim _empty = new(Chunks);
    private readonly SemaphoreSlim _filled = new(0);
    private readonly CancellationTokenSource _stop;
    private readonly Thread _reader;
    private ExceptionDispatchInfo? _failure;
    private int _next;
    private bool _holdsChunk;
    private bool _ended;

    internal PipelinedChunks(Stream stream, CancellationToken cancellationToken)
    {
        _stream = stream;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Not on the pinned heap: that is not compacted, and what is pinned after them for good would keep their memory in a daemon that rests.
        for (var i = 0; i < Chunks; i++)
            _ring[i].Buffer = GC.AllocateUninitializedArray<byte>(ChunkSize);
        _reader = new Thread(ReadAhead) { IsBackground = true, Name = "image-reader" };
        _reader.Start();
    }

    internal override ReadOnlyMemory<byte> Next()
    {
        if (_ended)
            return default;
        if (_holdsChunk)
        {
            _next = (_next + 1) % Chunks;
            _empty.Release();
        }

        _filled.Wait(_stop.Token);
        _holdsChunk = true;
        var (buffer, length) = _ring[_next];
        if (length > 0)
            return buffer.AsMemory(0, length);
        _ended = true;
        _failure?.Throw();
        return default;
    }

    public override void Dispose()
    {
        _stop.Cancel();
        _reader.Join();
        _stream.Dispose();
        _empty.Dispose();
        _filled.Dispose();
        _stop.Dispose();
    }

    private void ReadAhead()
    {
        try
        {
            for (var i = 0; ; i = (i + 1) % Chunks)
            {
                _empty.Wait(_stop.Token);
                _ring[i].Length = 0;
                try
                {
                    // Full chunks: a decoder gives what it has, and small chunks make small writes.
                    _ring[i].Length = _stream.ReadAtLeast(_ring[i].Buffer, ChunkSize, throwOnEndOfStream: false);
                }
#pragma warning disable CA1031 // whatever it is, it is thrown again on the thread that waits for the bytes
                catch (Exception e)
                {
                    _failure = ExceptionDispatchInfo.Capture(e);
                }
#pragma warning restore CA1031

                var last = _ring[i].Length == 0;
                _filled.Release();
                if (last)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The consumer is gone, or is told by its own wait.
        }
    }
}
