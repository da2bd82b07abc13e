using System.Globalization;
using System.Text;

namespace Unbounded.Agent.Images.Archives;

/// <summary>Shows names that are any bytes, on one line and of bounded length, wherever they are printed.</summary>
internal static class EntryName
{
    private const int LongestShown = 200;

    internal static string Escape(ReadOnlySpan<byte> name)
    {
        var shown = new StringBuilder("'");
        var rest = name;
        while (!rest.IsEmpty)
        {
            if (shown.Length > LongestShown)
                return shown.Append("'...").ToString();
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (status == System.Buffers.OperationStatus.Done && IsPlain(rune))
            {
                shown.Append(rune);
            }
            else
            {
                foreach (var b in rest[..length])
                    shown.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }

            rest = rest[length..];
        }

        return shown.Append('\'').ToString();
    }

    /// <summary>Nothing that moves the cursor, hides or reorders text, and no quote or escape of ours.</summary>
    private static bool IsPlain(Rune rune) => rune.Value is not ('\'' or '\\') && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
