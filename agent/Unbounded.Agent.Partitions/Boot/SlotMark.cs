using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>
/// What the agent knows of the slots and a boot loader has no word for, as a comment in the loader's own file:
/// <c># unbounded ok=A,B trial=B sum=1a2b3c4d</c>. It stands in the sector that the loader decides by, so that both change with one write.
/// </summary>
/// <param name="Bootable">The slots that are complete.</param>
/// <param name="Trial">The slot on trial, null when none is.</param>
internal sealed record SlotMark(IReadOnlyList<SlotName> Bootable, SlotName? Trial)
{
    private const string Prefix = "# unbounded ";
    private const int SumLength = 8;

    /// <summary>Whether a line is a mark, or what somebody left of one.</summary>
    public static bool IsOne(string line) => line.TrimStart().StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a mark; null when the line is none, or names what is no slot.</summary>
    /// <param name="line">The line.</param>
    /// <param name="decided">What the loader decides by in the same file.</param>
    /// <param name="slots">Both slots.</param>
    /// <param name="intact">Whether neither it nor <paramref name="decided"/> was changed since the agent wrote them.</param>
    public static SlotMark? TryParse(string line, string decided, IReadOnlyList<SlotName> slots, out bool intact)
    {
        intact = false;
        if (!IsOne(line))
            return null;
        var fields = line.Trim()[Prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(f => f.Split('=', 2))
            .Where(f => f.Length == 2)
            .GroupBy(f => f[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last()[1], StringComparer.Ordinal);
        var trial = fields.GetValueOrDefault("trial", "");
        if (!fields.TryGetValue("ok", out var ok) || (trial.Length > 0 && slots.All(s => s.Value != trial)))
            return null;
        var names = ok.Split(',');
        var mark = new SlotMark([.. slots.Where(s => names.Contains(s.Value, StringComparer.Ordinal))], trial.Length > 0 ? new SlotName(trial) : null);
        intact = mark.ToLine(decided) == line.Trim();
        return mark;
    }

    /// <summary>The line.</summary>
    /// <param name="decided">What the loader decides by in the same file; the checksum covers it.</param>
    public string ToLine(string decided)
    {
        var text = $"ok={string.Join(',', Bootable)}{(Trial is { } trial ? $" trial={trial}" : "")}";
        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{decided}\n{text}")))[..SumLength];
        return $"{Prefix}{text} sum={sum}";
    }

    /// <inheritdoc/>
    public bool Equals(SlotMark? other) => other is not null && Trial == other.Trial && Bootable.SequenceEqual(other.Bootable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Trial, Bootable.Count);
}
