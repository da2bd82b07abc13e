using System.Text;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Boot.RaspberryPi;

/// <summary>
/// The firmware of a Raspberry Pi as its documentation has it: it reads at most 512 bytes of <c>autoboot.txt</c> from the first FAT partition, sees the lines
/// without a filter, under <c>[all]</c>, and with the one-shot flag those under <c>[tryboot]</c>, takes the last <c>boot_partition</c>, and clears the flag
/// before it boots. Without <c>tryboot_a_b=1</c> a trial boots the same partition with another configuration. A partition that it can't boot makes it take
/// the first one that it can.
/// </summary>
internal sealed class FirmwareModel(FatImage image)
{
    /// <summary>Number of a slot's partition: the firmware's own is the first.</summary>
    public static int PartitionOf(SlotName slot) => slot == SlotTable.Names[0] ? 2 : 3;

    /// <summary>The one-shot flag.</summary>
    public bool Flag { get; set; }

    /// <summary>The slot that is booted.</summary>
    public SlotName Boot()
    {
        var flag = Flag;
        Flag = false;
        var settings = Read(flag);
        var partition = flag && settings.GetValueOrDefault("tryboot_a_b") != "1" ? Read(flag: false).GetValueOrDefault("boot_partition") : settings.GetValueOrDefault("boot_partition");
        return SlotTable.Names.Where(s => $"{PartitionOf(s)}" == partition).Cast<SlotName?>().FirstOrDefault() ?? SlotTable.Names[0];
    }

    private Dictionary<string, string> Read(bool flag)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var bytes = image.Read("autoboot.txt") ?? [];
        var applies = true;
        foreach (var line in Encoding.ASCII.GetString(bytes, 0, Math.Min(bytes.Length, 512)).Split('\n').Select(l => l.Trim(' ', '\r', '\t', '\0')))
        {
            if (line.StartsWith('['))
                applies = line is "[all]" || (line is "[tryboot]" && flag);
            else if (applies && !line.StartsWith('#') && line.Split('=', 2) is [var name, var value])
                settings[name] = value;
        }

        return settings;
    }
}
