namespace Unbounded.Agent.Images.Archives;

/// <summary>
/// The maps of GNU's four sparse forms ("Storing Sparse Files", GNU tar manual): the old header, and 0.0, 0.1 and 1.0 in
/// extended headers. Each method returns null when the map is damaged.
/// </summary>
internal static class SparseMap
{
    internal const int OldSegmentSize = 24;

    /// <summary>More segments than this are no file but an attack on memory.</summary>
    internal const int MostSegments = 1 << 20;

    private const int LongestNumber = 20;

    /// <summary>Adds the segments of a header or extension block of the old form; false when one is damaged.</summary>
    internal static bool AddOld(List<SparseSegment> map, ReadOnlySpan<byte> fields)
    {
        for (; fields.Length >= OldSegmentSize && fields[0] != 0; fields = fields[OldSegmentSize..])
        {
            if (!TarNumber.TryParseField(fields[..12], out var offset)
                || !TarNumber.TryParseField(fields[12..24], out var length)
                || map.Count == MostSegments)
                return false;
            map.Add(new SparseSegment(offset, length));
        }

        return true;
    }

    /// <summary>Form 0.0: alternating offset and length records.</summary>
    internal static List<SparseSegment>? FromPairs(IReadOnlyList<(bool IsOffset, ReadOnlyMemory<byte> Value)> pairs)
    {
        if (pairs.Count % 2 != 0 || pairs.Count / 2 > MostSegments)
            return null;
        var map = new List<SparseSegment>(pairs.Count / 2);
        for (var i = 0; i < pairs.Count; i += 2)
        {
            if (!pairs[i].IsOffset || pairs[i + 1].IsOffset
                || !TarNumber.TryParseDecimal(pairs[i].Value.Span, out var offset)
                || !TarNumber.TryParseDecimal(pairs[i + 1].Value.Span, out var length))
                return null;
            map.Add(new SparseSegment(offset, length));
        }

        return map;
    }

    /// <summary>Form 0.1: one record, numbers with commas between them.</summary>
    internal static List<SparseSegment>? FromList(ReadOnlySpan<byte> list)
    {
        var numbers = new List<long>();
        foreach (var range in list.Split((byte)','))
        {
            if (!TarNumber.TryParseDecimal(list[range], out var number) || numbers.Count == 2 * MostSegments)
                return null;
            numbers.Add(number);
        }

        return FromNumbers(numbers);
    }

    /// <summary>Form 1.0: lines in the first blocks of the entry's data, the count of segments first.</summary>
    /// <param name="cursor">At the entry's data.</param>
    /// <param name="dataSize">The entry's size; what the map takes is subtracted.</param>
    internal static List<SparseSegment>? FromData(TarCursor cursor, ref long dataSize)
    {
        var block = new byte[TarCursor.BlockSize];
        var at = block.Length;
        var numbers = new List<long>();
        long expected = 1;
        while (numbers.Count < expected)
        {
            long number = 0;
            for (var digits = 0; ; digits++)
            {
                if (at == block.Length)
                {
                    if (dataSize < block.Length)
                        return null;
                    cursor.ReadBlock().CopyTo(block);
                    dataSize -= block.Length;
                    at = 0;
                }

                var c = block[at++];
                if (c == '\n' && digits > 0)
                    break;
                if (c is < (byte)'0' or > (byte)'9' || digits == LongestNumber || number > (long.MaxValue - 9) / 10)
                    return null;
                number = (number * 10) + (c - '0');
            }

            numbers.Add(number);
            if (numbers.Count == 1)
            {
                if (number > MostSegments)
                    return null;
                expected += 2 * number;
            }
        }

        numbers.RemoveAt(0);
        return FromNumbers(numbers);
    }

    /// <summary>Whether the segments ascend, lie within the file and are together as long as the data.</summary>
    internal static bool IsValid(List<SparseSegment> map, long fileLength, long dataLength)
    {
        long end = 0, total = 0;
        foreach (var segment in map)
        {
            if (segment.Offset < end || segment.Length < 0 || segment.Offset > fileLength || segment.Length > fileLength - segment.Offset)
                return false;
            end = segment.Offset + segment.Length;
            total += segment.Length;
        }

        return total == dataLength;
    }

    private static List<SparseSegment>? FromNumbers(List<long> numbers)
    {
        if (numbers.Count % 2 != 0)
            return null;
        var map = new List<SparseSegment>(numbers.Count / 2);
        for (var i = 0; i < numbers.Count; i += 2)
            map.Add(new SparseSegment(numbers[i], numbers[i + 1]));
        return map;
    }
}
