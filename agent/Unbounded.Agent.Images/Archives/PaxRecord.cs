using System.Runtime.InteropServices;

namespace Unbounded.Agent.Images.Archives;

/// <summary>One record of an extended header.</summary>
/// <param name="Key">Its keyword.</param>
/// <param name="Value">Its value, any bytes; empty takes back a value set before.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PaxRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>Parses <c>length key=value\n</c> records (POSIX pax, "pax Extended Header"); null when they are damaged.</summary>
    internal static List<PaxRecord>? ParseAll(ReadOnlyMemory<byte> header)
    {
        var records = new List<PaxRecord>();
        // A NUL pads what some writers round up.
        while (!header.IsEmpty && header.Span[0] != 0)
        {
            var span = header.Span;
            var space = span[..Math.Min(span.Length, 20)].IndexOf((byte)' ');
            if (space <= 0
                || span[..space].ContainsAnyExceptInRange((byte)'0', (byte)'9')
                || !TarNumber.TryParseDecimal(span[..space], out var length)
                || length <= space + 1
                || length > span.Length
                || span[(int)length - 1] != '\n')
                return null;
            var record = header[(space + 1)..((int)length - 1)];
            var equals = record.Span.IndexOf((byte)'=');
            if (equals <= 0)
                return null;
            records.Add(new PaxRecord(record[..equals], record[(equals + 1)..]));
            header = header[(int)length..];
        }

        return records;
    }
}
