using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Compression;

/// <summary>Decompresses .xz: any number of streams, padding between them. Its memory is bounded whatever a block asks for.</summary>
public sealed unsafe class XzStream : ReadOnlyStream
{
    private const string Format = "xz";

    /// <summary>The memory a decoder may take, bytes: <c>xz -9</c> needs 65 MiB.</summary>
    public const long MemoryLimit = 256L << 20;

    private readonly Stream _source;
    private readonly string _name;
    private readonly CompressedInput _input;
    private Lzma.State* _state;
    private bool _ended;

    /// <summary>Starts decompressing.</summary>
    /// <param name="source">The compressed bytes; disposed with this stream.</param>
    /// <param name="name">What is decompressed, for errors.</param>
    /// <exception cref="AgentException">liblzma is missing.</exception>
    public XzStream(Stream source, string name)
    {
        _source = source;
        _name = name;
        _input = new CompressedInput(source);
        _state = (Lzma.State*)NativeMemory.AllocZeroed((nuint)sizeof(Lzma.State));
        try
        {
            Check(Lzma.StreamDecoder(_state, (ulong)MemoryLimit, Lzma.Concatenated | Lzma.TellUnsupportedCheck));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            NativeMemory.Free(_state);
            _state = null;
            throw CompressionError.Missing("liblzma", "liblzma5", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="AgentException">The data is damaged or truncated, or needs too much memory.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_state == null, this);
        fixed (byte* output = buffer)
        {
            _state->NextOut = output;
            _state->AvailableOut = (nuint)buffer.Length;
            while (!_ended && (int)_state->AvailableOut == buffer.Length && !buffer.IsEmpty)
                Step();
            return buffer.Length - (int)_state->AvailableOut;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_state != null)
        {
            Lzma.End(_state);
            NativeMemory.Free(_state);
            _state = null;
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Step()
    {
        _input.Refill();
        var available = _input.Available;
        fixed (byte* start = available)
        {
            _state->NextIn = start;
            _state->AvailableIn = (nuint)available.Length;
            var result = Lzma.Code(_state, _input.Ended ? Lzma.Finish : Lzma.Run);
            _input.Take(available.Length - (int)_state->AvailableIn);
            Check(result);
            _ended = result == Lzma.Result.StreamEnd;
        }
    }

    private void Check(Lzma.Result result)
    {
        switch (result)
        {
            case Lzma.Result.Ok or Lzma.Result.StreamEnd:
                return;
            case Lzma.Result.MemoryError or Lzma.Result.MemoryLimit:
                throw CompressionError.TooMuchMemory(_name, Format, MemoryLimit);
            case Lzma.Result.BufferError:
                throw CompressionError.Truncated(_name, Format);
            case Lzma.Result.UnsupportedCheck:
                throw CompressionError.Corrupt(_name, Format, "its integrity check is of an unknown kind");
            default:
                throw CompressionError.Corrupt(_name, Format, $"the decoder says {result}");
        }
    }
}
