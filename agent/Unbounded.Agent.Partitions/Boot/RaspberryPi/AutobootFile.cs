using System.Globalization;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot.RaspberryPi;

/// <summary>
/// <c>autoboot.txt</c> as the firmware reads it (Raspberry Pi documentation, "autoboot.txt" and "Conditional filters"): lines <c>name=value</c> under the
/// filters <c>[all]</c>, <c>[none]</c> and <c>[tryboot]</c>, the last one that applies counts; at most 512 bytes. Immutable; lines that are not ours are kept
/// under their filter.
/// </summary>
internal sealed class AutobootFile
{
    private const string All = "[all]";
    private const string Tryboot = "[tryboot]";
    private const string PartitionName = "boot_partition";
    private const string SlotwiseName = "tryboot_a_b";

    private readonly IReadOnlyList<(string Filter, string Line)> _lines;

    private AutobootFile(IReadOnlyList<(string Filter, string Line)> lines) => _lines = lines;

    /// <summary>A file with nothing in it.</summary>
    public static AutobootFile Empty { get; } = new([]);

    /// <summary>Reads a file. There is none that is not valid: what can't be understood has no meaning to the firmware either.</summary>
    public static AutobootFile Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<(string, string)>();
        var filter = All;
        foreach (var line in OneSector.Lines(bytes).Select(l => l.Trim()).Where(l => l.Length > 0))
        {
            if (line[0] == '[')
                filter = line.ToLowerInvariant();
            else
                lines.Add((filter, line));
        }

        return new(lines);
    }

    /// <summary>Number of the partition that is booted; 0 when the file names none.</summary>
    /// <param name="tryboot">Whether the one-shot flag is set.</param>
    public int Partition(bool tryboot) =>
        int.TryParse(Value(PartitionName, tryboot), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Whether a trial boots another partition, and not another <c>config.txt</c>.</summary>
    public bool TriesPartitions => Value(SlotwiseName, tryboot: true) == "1";

    /// <summary>The agent's mark; null when there is none.</summary>
    /// <param name="slots">Both slots.</param>
    /// <param name="intact">Whether nothing that counts was changed since the agent wrote it.</param>
    public SlotMark? Mark(IReadOnlyList<SlotName> slots, out bool intact)
    {
        intact = false;
        var line = _lines.Select(l => l.Line).LastOrDefault(SlotMark.IsOne);
        return line is null ? null : SlotMark.TryParse(line, Decided(Partition(false), Partition(true)), slots, out intact);
    }

    /// <summary>The file with another decision, as one sector; null when what else is in it leaves no room.</summary>
    /// <param name="always">The partition that is booted.</param>
    /// <param name="once">The partition that a boot with the one-shot flag takes.</param>
    /// <param name="mark">The agent's mark.</param>
    public byte[]? ToSector(int always, int once, SlotMark mark)
    {
        var foreign = _lines.Where(l => !IsOurs(l.Line)).ToLookup(l => l.Filter, l => l.Line);
        var others = foreign.Select(g => g.Key).Where(f => f is not (All or Tryboot)).ToList();
        return OneSector.From(
        [
            mark.ToLine(Decided(always, once)),
            All,
            .. foreign[All],
            $"{SlotwiseName}=1",
            $"{PartitionName}={always}",
            .. others.SelectMany(f => foreign[f].Prepend(f)),
            Tryboot,
            .. foreign[Tryboot],
            $"{PartitionName}={once}",
        ]);
    }

    private static string Decided(int always, int once) => string.Create(CultureInfo.InvariantCulture, $"{always} {once}");

    private static bool IsOurs(string line) => SlotMark.IsOne(line) || NameOf(line) is PartitionName or SlotwiseName;

    private static string NameOf(string line) => line.Split('=', 2)[0].TrimEnd();

    private string? Value(string name, bool tryboot) => _lines
        .Where(l => l.Filter == All || (tryboot && l.Filter == Tryboot))
        .Where(l => NameOf(l.Line) == name && l.Line.Contains('='))
        .Select(l => l.Line.Split('=', 2)[1].Trim())
        .LastOrDefault();
}
