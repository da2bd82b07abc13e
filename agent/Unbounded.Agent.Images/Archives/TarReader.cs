using System.Globalization;

namespace Unbounded.Agent.Images.Archives;

/// <summary>
/// Reads an archive entry by entry, byte-exact: ustar, pax (entries and whole archive), GNU long names, base-256 numbers and
/// all four sparse forms. It trusts nothing: every length is bounded before memory is taken for it.
/// </summary>
/// <param name="source">The archive's bytes, decompressed; disposed with the reader.</param>
/// <param name="archive">What is read, for errors.</param>
/// <param name="requireEnd">Whether the end-of-archive block has to be there: without it a cut between two entries shows nowhere.</param>
internal sealed class TarReader(ChunkSource source, string archive, bool requireEnd = true) : IDisposable
{
    /// <summary>Longest name or link target, in the GNU form that can be of any length.</summary>
    private const int LongestName = 1 << 16;

    /// <summary>Largest extended header: holds a sparse map of many segments, or attributes of the kernel's largest size.</summary>
    private const int LargestHeader = 1 << 24;

    private readonly TarCursor _cursor = new(source, archive);
    private readonly PaxAttributes _pax = new();
    private byte[]? _longName;
    private byte[]? _longTarget;
    private long _dataLeft;
    private long _padding;
    private IReadOnlyList<SparseSegment>? _segments;
    private int _segment;
    private long _offset;

    /// <summary>The next entry; null at the end. What is left of the one before it is skipped.</summary>
    /// <exception cref="Core.Errors.AgentException">The archive is damaged, truncated or holds what can't be unpacked.</exception>
    internal TarEntry? Next()
    {
        _cursor.Skip(_dataLeft + _padding);
        _dataLeft = _padding = 0;
        while (true)
        {
            var position = _cursor.Position;
            var block = _cursor.TryReadBlock();
            if (block.IsEmpty ? !requireEnd : TarHeader.IsEnd(block))
                return _longName is null && _longTarget is null && !_pax.HasLocal ? null : throw _cursor.Truncated();
            if (block.IsEmpty)
                throw _cursor.Truncated();
            if (!TarHeader.TryParse(block, out var header))
                throw ArchiveError.Malformed(archive, position, "a header's checksum does not fit");
            if (!header.TryGetSize(out var size) || size < 0)
                throw ArchiveError.Malformed(archive, position, "a header's size is no number");
            switch ((char)header.Type)
            {
                case 'L':
                    _longName = ReadText(size, position);
                    continue;
                case 'K':
                    _longTarget = ReadText(size, position);
                    continue;
                case 'x' or 'X':
                    _pax.AddLocal(ReadRecords(size, position));
                    continue;
                case 'g':
                    if (!_pax.AddGlobal(ReadRecords(size, position)))
                        throw ArchiveError.Malformed(archive, position, "its headers for the whole archive are too large");
                    continue;
                case 'V':
                    _cursor.Skip(size + TarCursor.Padding(size));
                    continue;
            }

            var entry = new TarEntryParser(archive, position, _cursor, _pax, _longName, _longTarget).Parse(header, size, out _dataLeft);
            _padding = TarCursor.Padding(_dataLeft);
            _segments = entry.Segments;
            _segment = 0;
            _offset = _segments is { Count: > 0 } ? _segments[0].Offset : 0;
            _pax.ClearLocal();
            _longName = _longTarget = null;
            return entry;
        }
    }

    /// <summary>The next bytes of the entry's data, valid until the next call; empty at its end.</summary>
    /// <param name="offset">Where they belong in the file.</param>
    internal ReadOnlySpan<byte> ReadData(out long offset)
    {
        offset = _offset;
        if (_dataLeft == 0)
            return default;
        var most = _dataLeft;
        if (_segments is not null)
        {
            while (_offset == _segments[_segment].Offset + _segments[_segment].Length)
                _offset = _segments[++_segment].Offset;
            offset = _offset;
            most = Math.Min(most, _segments[_segment].Offset + _segments[_segment].Length - _offset);
        }

        var data = _cursor.ReadSome(most);
        _offset += data.Length;
        _dataLeft -= data.Length;
        return data;
    }

    /// <summary>Reads what is behind the end of the archive, so that a decompressor's and a digest's last check is made.</summary>
    /// <param name="most">More than this is refused, bytes.</param>
    internal void Drain(long most)
    {
        long drained = 0;
        for (var chunk = source.Next(); !chunk.IsEmpty; chunk = source.Next())
        {
            drained += chunk.Length;
            if (drained > most)
                throw ArchiveError.Malformed(archive, _cursor.Position, string.Create(CultureInfo.InvariantCulture, $"more than {most} bytes follow its end"));
        }
    }

    public void Dispose() => source.Dispose();

    private byte[] ReadText(long size, long position)
    {
        if (size > LongestName)
            throw ArchiveError.Malformed(archive, position, "a name is too long");
        var text = _cursor.ReadPadded((int)size);
        var end = text.AsSpan().IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private List<PaxRecord> ReadRecords(long size, long position)
    {
        if (size > LargestHeader)
            throw ArchiveError.Malformed(archive, position, "an extended header is too large");
        return PaxRecord.ParseAll(_cursor.ReadPadded((int)size))
            ?? throw ArchiveError.Malformed(archive, position, "an extended header is damaged");
    }
}
