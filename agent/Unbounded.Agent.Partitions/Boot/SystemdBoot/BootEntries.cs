using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>
/// The names of our entries (UAPI Boot Loader Specification, type #1; "Automatic Boot Assessment" for <c>+LEFT-DONE</c> before the suffix). Each slot has one
/// that nobody ever changes; a third one, that of the trial, counts, and sorts before them by its <c>sort-key</c> for as long as it has boots left.
/// </summary>
internal static class BootEntries
{
    private const string Prefix = "unbounded-";
    private const string Suffix = ".conf";
    private const string TrialName = Prefix + "trial";
    private const string SortKey = "sort-key";

    // For a system that can't mount the EFI partition: its deadline's unit (images/disk) looks for it on the kernel's command line.
    private const string Told = "options unbounded.trial";

    /// <summary>The entry of a slot: <c>unbounded-a.conf</c>.</summary>
    public static string Of(SlotName slot) => $"{Prefix}{Letter(slot)}{Suffix}";

    /// <summary>What boots a slot, and no other.</summary>
    public static string Pattern(SlotName slot) => $"{Prefix}{Letter(slot)}*";

    /// <summary>What boots the trial while it has boots left, and then the slot that it falls back to.</summary>
    public static string TrialPattern(SlotName committed) => $"{Prefix}[{Letter(committed)}t]*";

    /// <summary>The trial's entry with so many boots left.</summary>
    public static string Trial(int tries) => string.Create(CultureInfo.InvariantCulture, $"{TrialName}+{tries}{Suffix}");

    /// <summary>The boots that a trial's entry has left, without end when it is not counted; null when the name is no trial's.</summary>
    public static int? TriesOf(string name)
    {
        if (!name.StartsWith(TrialName, StringComparison.OrdinalIgnoreCase) || !name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
            return null;
        var counter = name[TrialName.Length..^Suffix.Length];
        if (counter.Length == 0)
            return int.MaxValue;
        return counter[0] == '+' && int.TryParse(counter[1..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var left) ? left : null;
    }

    /// <summary>The trial's entry, made from that of the slot: what a host's own lines are stays. It tells the kernel, too, that it is one.</summary>
    public static byte[] TrialOf(ReadOnlySpan<byte> entry) => Encoding.Latin1.GetBytes(
        string.Join('\n', OneSector.Lines(entry).Where(l => l.Split([' ', '\t'], 2)[0] != SortKey && l.Length > 0).Prepend($"{SortKey} {Prefix}0").Append(Told)) + "\n");

    private static string Letter(SlotName slot) => slot.Value.ToLowerInvariant();
}
