using System.Globalization;

namespace Unbounded.Agent.Images.Archives;

/// <summary>Numbers of archive headers: octal text, GNU's base-256, and the decimal of extended headers.</summary>
internal static class TarNumber
{
    private const uint NanosecondsPerSecond = 1_000_000_000;

    /// <summary>A field of a header block; blank is 0. False when it is no number or does not fit.</summary>
    internal static bool TryParseField(ReadOnlySpan<byte> field, out long value) =>
        (field[0] & 0x80) != 0 ? TryParseBase256(field, out value) : TryParseOctal(field, out value);

    /// <summary>A decimal number of an extended header, as POSIX writes it: digits only.</summary>
    internal static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>A time of an extended header: decimal seconds with any number of decimals, cut at the nanosecond, rounded down.</summary>
    internal static bool TryParseTime(ReadOnlySpan<byte> text, out TarTime time)
    {
        time = default;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? default : text[(point + 1)..];
        var negative = !whole.IsEmpty && whole[0] == '-';
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            return false;
        uint nanoseconds = 0;
        var rest = false;
        for (var i = 0; i < Math.Max(decimals.Length, 9); i++)
        {
            var digit = i < decimals.Length ? decimals[i] : (byte)'0';
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            if (i < 9)
                nanoseconds = (nanoseconds * 10) + (uint)(digit - '0');
            else
                rest |= digit != '0';
        }

        if (negative && (nanoseconds > 0 || rest))
        {
            // -1.25 is the quarter before -1: second -2, three quarters of it.
            if (seconds == long.MinValue)
                return false;
            nanoseconds += rest ? 1u : 0u;
            seconds--;
            nanoseconds = NanosecondsPerSecond - nanoseconds;
            if (nanoseconds == NanosecondsPerSecond)
                (seconds, nanoseconds) = (seconds + 1, 0);
        }

        time = new TarTime(seconds, nanoseconds);
        return true;
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        var digits = field.Trim(" \0"u8);
        foreach (var c in digits)
        {
            // Some writers end a field early and leave old bytes behind the terminator.
            if (c is (byte)' ' or 0)
                break;
            if (c is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(c - '0');
        }

        return true;
    }

    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        // The first byte is 0x80 for positive and 0xff for negative numbers; its low bits belong to the number.
        var negative = (field[0] & 0x40) != 0;
        Int128 number = negative ? -1 : 0;
        number = (number << 6) | (Int128)(field[0] & 0x3f);
        foreach (var b in field[1..])
            number = (number << 8) | b;
        value = number >= long.MinValue && number <= long.MaxValue ? (long)number : 0;
        return number == value;
    }
}
