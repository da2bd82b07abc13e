using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>
/// <c>loader/loader.conf</c> as systemd-boot reads it (loader.conf(5)): a key, blanks, a value; <c>#</c> begins a comment line; the last line of a key
/// counts. Immutable; lines that are not ours are kept.
/// </summary>
internal sealed class LoaderConf
{
    private const string Default = "default";

    private readonly IReadOnlyList<string> _lines;

    private LoaderConf(IReadOnlyList<string> lines) => _lines = lines;

    /// <summary>A file with nothing in it.</summary>
    public static LoaderConf Empty { get; } = new([]);

    /// <summary>The pattern of names that are booted, in the loader's order; null when the file has none.</summary>
    public string? Pattern => _lines.Where(l => Key(l) == Default).Select(l => l[Default.Length..].Trim()).LastOrDefault();

    /// <summary>Reads a file.</summary>
    public static LoaderConf Parse(ReadOnlySpan<byte> bytes) => new([.. OneSector.Lines(bytes).Select(l => l.Trim()).Where(l => l.Length > 0)]);

    /// <summary>The agent's mark; null when there is none.</summary>
    /// <param name="slots">Both slots.</param>
    /// <param name="intact">Whether nothing that counts was changed since the agent wrote it.</param>
    public SlotMark? Mark(IReadOnlyList<SlotName> slots, out bool intact)
    {
        intact = false;
        var line = _lines.LastOrDefault(SlotMark.IsOne);
        return line is null ? null : SlotMark.TryParse(line, Pattern ?? "", slots, out intact);
    }

    /// <summary>The file with another decision, as one sector; null when what else is in it leaves no room.</summary>
    public byte[]? ToSector(string pattern, SlotMark mark) => OneSector.From(
        [mark.ToLine(pattern), $"{Default} {pattern}", .. _lines.Where(l => !SlotMark.IsOne(l) && Key(l) != Default)]);

    private static string Key(string line) => line.Split([' ', '\t'], 2)[0];
}
