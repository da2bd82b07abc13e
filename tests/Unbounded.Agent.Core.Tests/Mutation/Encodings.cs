using System.Text;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>Text as bytes, now and then not as UTF-8 says: marks, other encodings, lines of other systems, cut, zeroes of a crashed file system.</summary>
internal static class Encodings
{
    public const int Count = 12;

    /// <param name="text">The text.</param>
    /// <param name="which">0 to <see cref="Count"/> - 1; 0 is plain UTF-8.</param>
    public static byte[] Encode(string text, int which) => which switch
    {
        1 => [0xef, 0xbb, 0xbf, .. Utf8(text)],
        2 => Encoding.Unicode.GetBytes(text),
        3 => [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)],
        4 => Encoding.Latin1.GetBytes(text.Replace("a", "\u00e4", StringComparison.Ordinal)),
        5 => Utf8(text.Replace("\n", "\r\n", StringComparison.Ordinal)),
        6 => Utf8(text.Replace('\n', '\r')),
        7 => [.. Utf8(text), 0],
        8 => new byte[Utf8(text).Length],
        9 => [.. Utf8(text), .. Utf8(text)],
        // Overlong, a surrogate, and beyond Unicode.
        10 => [.. Utf8(text), 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80],
        11 => Utf8(text)[..(Utf8(text).Length / 2)],
        _ => Utf8(text),
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
