using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Compression;

/// <summary>
/// Decompresses zstd (RFC 8878): any number of frames, skippable ones among them. The window, and so the memory,
/// is bounded whatever a frame asks for.
/// </summary>
public sealed unsafe class ZstdStream : ReadOnlyStream
{
    private const string Format = "zstd";

    /// <summary>The largest window accepted, as a power of two: 128 MiB, what <c>zstd -d</c> accepts.</summary>
    public const int WindowLogMax = 27;

    private const int ErrorWindowTooLarge = 16;
    private const int ErrorMemory = 64;
    private const ulong LargestKnownSize = ulong.MaxValue - 2;

    private readonly Stream _source;
    private readonly string _name;
    private readonly CompressedInput _input;
    private nint _context;
    private bool _betweenFrames = true;
    private bool _sawFrame;

    /// <summary>Starts decompressing.</summary>
    /// <param name="source">The compressed bytes; disposed with this stream.</param>
    /// <param name="name">What is decompressed, for errors.</param>
    /// <exception cref="AgentException">libzstd is missing.</exception>
    public ZstdStream(Stream source, string name)
    {
        _source = source;
        _name = name;
        _input = new CompressedInput(source);
        try
        {
            _context = Zstd.CreateContext();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw CompressionError.Missing("libzstd", "libzstd1", e);
        }

        Check(Zstd.SetParameter(_context, Zstd.WindowLogMax, WindowLogMax));
    }

    /// <summary>The size that the first frame says it expands to; null when it does not say.</summary>
    /// <param name="start">At least the first 18 bytes of the compressed data, or all of them.</param>
    /// <exception cref="AgentException">libzstd is missing.</exception>
    public static long? ContentSize(ReadOnlySpan<byte> start)
    {
        try
        {
            fixed (byte* first = start)
            {
                var size = Zstd.GetFrameContentSize(first, (nuint)start.Length);
                return size is >= LargestKnownSize or > long.MaxValue ? null : (long)size;
            }
        }
        catch (DllNotFoundException e)
        {
            throw CompressionError.Missing("libzstd", "libzstd1", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AgentException">The data is damaged or truncated, or needs too much memory.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        fixed (byte* output = buffer)
        {
            var to = new Zstd.Buffer { Start = output, Size = (nuint)buffer.Length };
            while (to.Position == 0)
            {
                _input.Refill();
                if (_input.Ended && _betweenFrames)
                    return _sawFrame ? 0 : throw CompressionError.Truncated(_name, Format);
                Step(ref to);
                if (_input.Ended && to.Position == 0 && !_betweenFrames)
                    throw CompressionError.Truncated(_name, Format);
            }

            return (int)to.Position;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = Zstd.FreeContext(_context);
            _context = 0;
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Step(ref Zstd.Buffer to)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        var available = _input.Available;
        fixed (byte* start = available)
        fixed (Zstd.Buffer* output = &to)
        {
            var from = new Zstd.Buffer { Start = start, Size = (nuint)available.Length };
            var hint = Check(Zstd.DecompressStream(_context, output, &from));
            _input.Take((int)from.Position);
            _sawFrame |= from.Position > 0;
            // 0: a frame is decoded and flushed. At the end of the input without progress it says the size of a next header.
            _betweenFrames = hint == 0 || (_betweenFrames && from.Position == 0 && to.Position == 0);
        }
    }

    private nuint Check(nuint code)
    {
        if (Zstd.IsError(code) == 0)
            return code;
        if (Zstd.GetErrorCode(code) is ErrorWindowTooLarge or ErrorMemory)
            throw CompressionError.TooMuchMemory(_name, Format, 1L << WindowLogMax);
        throw CompressionError.Corrupt(_name, Format, Marshal.PtrToStringUTF8(Zstd.GetErrorName(code)) ?? "unknown error");
    }
}
