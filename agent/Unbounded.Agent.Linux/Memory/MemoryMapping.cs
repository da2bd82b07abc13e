using System.Globalization;

namespace Unbounded.Agent.Linux.Memory;

/// <summary>One mapping of a process, proc_pid_maps(5).</summary>
/// <param name="Start">Its first address.</param>
/// <param name="End">The address after its last one.</param>
/// <param name="IsWritable">Whether it may be written to.</param>
/// <param name="IsPrivate">Whether what is written to it is copied first: a page of it that nobody wrote to is the file's.</param>
/// <param name="IsFile">Whether a file lies behind it.</param>
internal readonly record struct MemoryMapping(nint Start, nint End, bool IsWritable, bool IsPrivate, bool IsFile)
{
    // 7fee70000000-7fee70021000 r-xp 00000000 fe:01 131 /usr/local/bin/unbounded-agent
    public static MemoryMapping? Parse(string line)
    {
        var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5 || fields[1].Length != 4)
            return null;
        var dash = fields[0].IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && Address(fields[0].AsSpan(0, dash)) is { } start && Address(fields[0].AsSpan(dash + 1)) is { } end
            ? new MemoryMapping(start, end, fields[1][1] == 'w', fields[1][3] == 'p', fields.Length == 6 && fields[5].TrimStart().StartsWith('/'))
            : null;
    }

    private static nint? Address(ReadOnlySpan<char> hexadecimal) =>
        ulong.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address) && address <= (ulong)nint.MaxValue
            ? (nint)address
            : null;
}
