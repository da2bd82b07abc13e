using System.Text;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>A text of lines as exactly one sector: what is left over is empty lines, which every loader passes over.</summary>
internal static class OneSector
{
    /// <summary>The lines of a text, whatever ends them.</summary>
    public static IReadOnlyList<string> Lines(ReadOnlySpan<byte> bytes) =>
        Encoding.Latin1.GetString(bytes).Split('\n').Select(l => l.TrimEnd('\r', '\0')).ToList();

    /// <summary>The sector; null when the lines do not fit into one.</summary>
    public static byte[]? From(IEnumerable<string> lines)
    {
        var text = Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n");
        if (text.Length > InPlaceFile.Sector)
            return null;
        var sector = new byte[InPlaceFile.Sector];
        text.CopyTo(sector, 0);
        sector.AsSpan(text.Length).Fill((byte)'\n');
        return sector;
    }
}
