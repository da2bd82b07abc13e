using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Linux.Tests.Blocks;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Tests.Support;

/// <summary>
/// A host with two slots on real loop devices. What the kernel says of partitions (loop devices have none here), of the boot and of mounts is written as files;
/// the boot loader is <see cref="GrubModel"/>.
/// </summary>
internal sealed class PartitionScene : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<SlotName, LoopDevice> _devices = [];
    private int _boots;

    public PartitionScene(long slotBytes = 8 << 20)
    {
        Paths = new()
        {
            Sys = Path("sys"),
            CommandLine = Path("cmdline"),
            MountInfo = Path("mountinfo"),
            BootId = Path("boot_id"),
            OsRelease = Path("os-release"),
            DeviceTree = Path("device-tree"),
            Firmware = Path("firmware"),
            Boot = Path("boot"),
            BiosBoot = Path("bios"),
            Loader = [Path("loader")],
            EfiVariables = Path("efivars"),
            Notes = Path("data/slots"),
        };
        foreach (var slot in SlotTable.Names)
        {
            _devices[slot] = new LoopDevice(Path($"{slot}.img"), slotBytes);
            Label(_devices[slot], SlotTable.LabelOf(slot), slotBytes);
        }

        GrubModel.Create(Paths.Boot);
        File.WriteAllText(Paths.OsRelease, "ID=test\nVERSION_ID=\"1.0.0\"\n");
        Boot();
    }

    public static SlotName A => SlotTable.Names[0];

    public static SlotName B => SlotTable.Names[1];

    public PartitionPaths Paths { get; }

    public SlotName Running { get; private set; }

    /// <summary>Another one after each boot.</summary>
    public string BootId => $"boot-{_boots}";

    public LoopDevice this[SlotName slot] => _devices[slot];

    public string Path(string name) => _directory.File(name);

    /// <summary>The host boots what the boot loader takes.</summary>
    public void Boot() => Boot(GrubModel.Boot(Paths.Boot));

    /// <summary>The host boots a certain slot, as somebody can choose in the boot loader's menu.</summary>
    public void Boot(SlotName slot)
    {
        _boots++;
        Running = slot;
        File.WriteAllText(Paths.BootId, BootId + "\n");
        Say(slot.Value, _devices[slot].Number);
    }

    /// <summary>What the kernel says of its command line and of its root.</summary>
    public void Say(string slot, string rootNumber)
    {
        File.WriteAllText(Paths.CommandLine, $"BOOT_IMAGE=/vmlinuz root=PARTLABEL=system-x ro unbounded.slot={slot} quiet\n");
        File.WriteAllText(
            Paths.MountInfo,
            $"21 1 0:5 / /dev rw - devtmpfs udev rw\n25 1 {rootNumber} / / rw,relatime shared:1 - ext4 /dev/root rw\n26 25 0:6 / /boot/efi rw - vfat /dev/x rw\n");
    }

    /// <summary>Shows a device in sysfs with a partition's label.</summary>
    public void Label(LoopDevice device, string? label, long sizeBytes, string? name = null)
    {
        var directory = Directory.CreateDirectory($"{Paths.Sys}/class/block/{name ?? device.Name}").FullName;
        var number = device.Number.Split(':');
        File.WriteAllText(
            $"{directory}/uevent",
            $"MAJOR={number[0]}\nMINOR={number[1]}\nDEVNAME={device.Name}\nDEVTYPE=partition\n{(label is null ? "" : $"PARTNAME={label}\nPARTN={(label == "system-a" ? 2 : 3)}\n")}");
        File.WriteAllText($"{directory}/size", $"{sizeBytes / 512}\n");
    }

    public void Unlabel(SlotName slot) => Directory.Delete($"{Paths.Sys}/class/block/{_devices[slot].Name}", recursive: true);

    public void Dispose()
    {
        foreach (var device in _devices.Values)
            device.Dispose();
        _directory.Dispose();
    }
}
