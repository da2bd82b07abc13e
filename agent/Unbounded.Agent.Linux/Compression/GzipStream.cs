using System.IO.Compression;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.Compression;

/// <summary>
/// Decompresses gzip (RFC 1952) of any number of members with the framework's decoder. That decoder takes a truncated
/// end for an end. So a member of our own is put after the last byte: it comes out whole only when the one before it did.
/// </summary>
public sealed class GzipStream : ReadOnlyStream
{
    private const string Format = "gzip";
    private const int MarkSize = 32;

    private readonly GZipStream _decoder;
    private readonly MarkedSource _source;
    private readonly string _name;
    private ReadOnlyMemory<byte>? _tail;

    /// <summary>Starts decompressing.</summary>
    /// <param name="source">The compressed bytes; disposed with this stream.</param>
    /// <param name="name">What is decompressed, for errors.</param>
    public GzipStream(Stream source, string name)
    {
        _name = name;
        _source = new MarkedSource(source);
        _decoder = new GZipStream(_source, CompressionMode.Decompress);
    }

    /// <summary>What our member holds: its compressed form holds none of it as it is.</summary>
    private static ReadOnlySpan<byte> Mark => "the end, the end, the end, the e"u8;

    /// <inheritdoc/>
    /// <exception cref="AgentException">The data is damaged or truncated.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_tail is null)
        {
            var read = Decode(buffer);
            // Bytes after the last member that are no member end the decoder before it comes to the mark; as gzip does, they are ignored.
            if (!_source.MarkTaken)
                return read;
            _tail = ReadTail(buffer[..read]);
        }

        var length = Math.Min(buffer.Length, _tail.Value.Length);
        _tail.Value.Span[..length].CopyTo(buffer);
        _tail = _tail.Value[length..];
        return length;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The rest of the output without the mark. It is short: the decoder asked for the mark when it had no more input.</summary>
    private ReadOnlyMemory<byte> ReadTail(ReadOnlySpan<byte> begun)
    {
        using var rest = new MemoryStream();
        rest.Write(begun);
        var chunk = new byte[4096];
        for (int read; (read = Decode(chunk)) > 0;)
            rest.Write(chunk, 0, read);
        var all = rest.ToArray();
        return _source.HadBytes && all.AsSpan().EndsWith(Mark) ? all.AsMemory(0, all.Length - MarkSize) : throw CompressionError.Truncated(_name, Format);
    }

    private int Decode(Span<byte> buffer)
    {
        try
        {
            return _decoder.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw _source.MarkTaken ? CompressionError.Truncated(_name, Format) : CompressionError.Corrupt(_name, Format, e.Message);
        }
    }

    /// <summary>The source with our member after its last byte.</summary>
    private sealed class MarkedSource(Stream source) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _member = Compress();
        private bool _ended;

        internal bool MarkTaken { get; private set; }

        internal bool HadBytes { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (!_ended && source.Read(buffer) is > 0 and var read)
            {
                HadBytes = true;
                return read;
            }

            _ended = true;
            MarkTaken = true;
            var length = Math.Min(buffer.Length, _member.Length);
            _member.Span[..length].CopyTo(buffer);
            _member = _member[length..];
            return length;
        }

        protected override void Dispose(bool disposing)
        {
            source.Dispose();
            base.Dispose(disposing);
        }

        private static byte[] Compress()
        {
            using var member = new MemoryStream();
            using (var encoder = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true))
                encoder.Write(Mark);
            return member.ToArray();
        }
    }
}
