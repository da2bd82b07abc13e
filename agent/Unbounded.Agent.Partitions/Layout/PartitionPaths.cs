namespace Unbounded.Agent.Partitions.Layout;

/// <summary>Where everything is that slots which are partitions need. The defaults are those of the disk image (<c>images/disk</c>).</summary>
public sealed record PartitionPaths
{
    /// <summary>Where sysfs is.</summary>
    public string Sys { get; init; } = "/sys";

    /// <summary>Where device nodes are.</summary>
    public string Dev { get; init; } = "/dev";

    /// <summary>The kernel command line, proc(5).</summary>
    public string CommandLine { get; init; } = "/proc/cmdline";

    /// <summary>What is mounted, proc(5).</summary>
    public string MountInfo { get; init; } = "/proc/self/mountinfo";

    /// <summary>The boot ID of the host, random(4).</summary>
    public string BootId { get; init; } = "/proc/sys/kernel/random/boot_id";

    /// <summary>How long tasks wait for their I/O, kernel's Documentation/accounting/psi.rst.</summary>
    public string IoPressure { get; init; } = "/proc/pressure/io";

    /// <summary>What the running system says it is, os-release(5).</summary>
    public string OsRelease { get; init; } = "/etc/os-release";

    /// <summary>The device tree, where the host has one.</summary>
    public string DeviceTree { get; init; } = "/proc/device-tree";

    /// <summary>Where the first FAT partition of a Raspberry Pi is mounted, <c>autoboot.txt</c> in it.</summary>
    public string Firmware { get; init; } = "/boot/firmware";

    /// <summary>The boot environment's files, on the EFI system partition.</summary>
    public string Boot { get; init; } = "/boot/efi/grub";

    /// <summary>The same where the boot loader's partition is mounted at <c>/boot</c>, as without UEFI.</summary>
    public string BiosBoot { get; init; } = "/boot/grub";

    /// <summary>systemd-boot's folder, wherever the EFI system partition may be mounted.</summary>
    public IReadOnlyList<string> Loader { get; init; } = ["/efi/loader", "/boot/efi/loader", "/boot/loader"];

    /// <summary>The firmware's variables, efivarfs.</summary>
    public string EfiVariables { get; init; } = "/sys/firmware/efi/efivars";

    /// <summary>Where a slot is mounted while its kernel is copied.</summary>
    public string Work { get; init; } = "/run/unbounded/slots";

    /// <summary>What the agent keeps of each slot, on the data partition.</summary>
    public string Notes { get; init; } = "/var/lib/unbounded/update/slots";
}
