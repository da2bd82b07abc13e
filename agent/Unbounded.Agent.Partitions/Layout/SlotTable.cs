using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Blocks;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Boot.RaspberryPi;

namespace Unbounded.Agent.Partitions.Layout;

/// <summary>
/// Finds the slots on this host: partitions by their GPT label, the running one by the kernel command line and by what is mounted as root (on a
/// Raspberry Pi: by what the firmware booted), which must say the same. Reads only.
/// </summary>
/// <param name="paths">Where things are.</param>
internal sealed class SlotTable(PartitionPaths paths) : ISlotTable
{
    /// <summary>The word of the kernel command line that names the slot: <c>unbounded.slot=A</c>. The boot loader writes it.</summary>
    public const string SlotWord = "unbounded.slot=";

    private const int LimitBytes = 1 << 20;

    /// <summary>Both slots.</summary>
    public static IReadOnlyList<SlotName> Names { get; } = [new("A"), new("B")];

    /// <summary>The GPT label of a slot: <c>system-a</c>.</summary>
    public static string LabelOf(SlotName slot) => $"system-{slot.Value.ToLowerInvariant()}";

    /// <inheritdoc/>
    public string BootId => System.Text.Encoding.UTF8.GetString(BoundedFile.Read(paths.BootId, LimitBytes)).Trim();

    /// <inheritdoc/>
    public SlotPartition Find(SlotName slot)
    {
        var label = LabelOf(slot);
        var found = new BlockDevices(paths.Sys).List().Where(d => d.PartitionLabel == label).ToList();
        return found switch
        {
            [var only] => new(slot, label, $"{paths.Dev}/{only.Name}", only.Number, only.SizeBytes) { Index = only.PartitionNumber ?? 0 },
            [] => throw new AgentException(
                PartitionsErrors.LabelMissing,
                $"Slot {slot} was not found",
                $"no partition of this host has the label {label}",
                $"Label the partition (sfdisk --part-label DISK NUMBER {label}), or use a disk that was made for A/B updates"),
            _ => throw new AgentException(
                PartitionsErrors.LabelNotUnique,
                $"Slot {slot} is not known for certain",
                $"{found.Count} partitions have the label {label}: {string.Join(", ", found.Select(d => d.Name))}",
                "Remove the disk that does not belong here, or give its partitions other labels"),
        };
    }

    /// <inheritdoc/>
    public SlotName Running()
    {
        var said = Said();
        var root = RootDevice();
        var mounted = Names.Where(n => Find(n).Number == root).Select(n => (SlotName?)n).FirstOrDefault() ?? Booted();
        if (said is { } slot && mounted == slot)
            return slot;
        throw new AgentException(
            PartitionsErrors.RunningSlotUnclear,
            "It is not known for certain which slot runs",
            $"the kernel command line names {(said is { } s ? $"slot {s}" : "no slot")}, and the mounted root is "
            + (mounted is { } m ? $"of slot {m}" : $"device {root.Major}:{root.Minor}, which is no slot"),
            $"Boot through the boot loader's own menu, whose entries set {SlotWord}A or {SlotWord}B and the root that belongs to it");
    }

    // A Raspberry Pi's slot is a FAT partition, and its root a file in it: there the firmware says what it booted.
    private SlotName? Booted() => new PiFirmware(paths.DeviceTree).BootedPartition is > 0 and var booted
        ? Names.Where(n => Find(n).Index == booted).Select(n => (SlotName?)n).FirstOrDefault()
        : null;

    private SlotName? Said()
    {
        var line = System.Text.Encoding.UTF8.GetString(BoundedFile.Read(paths.CommandLine, LimitBytes));
        var words = line.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Where(w => w.StartsWith(SlotWord, StringComparison.Ordinal))
            .Select(w => w[SlotWord.Length..])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return words is [var only] && Names.Any(n => n.Value == only) ? new SlotName(only) : null;
    }

    // proc(5): mount ID, parent ID, major:minor, root, mount point. The last line of a mount point is the one that is seen.
    private (uint Major, uint Minor) RootDevice()
    {
        var text = System.Text.Encoding.UTF8.GetString(BoundedFile.Read(paths.MountInfo, LimitBytes));
        var root = text.Split('\n').Select(l => l.Split(' ')).LastOrDefault(f => f.Length > 4 && f[4] == "/");
        return root?[2].Split(':') is [var major, var minor] && uint.TryParse(major, out var a) && uint.TryParse(minor, out var b) ? (a, b) : (0, 0);
    }
}
