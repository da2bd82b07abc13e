using System.Buffers.Binary;
using System.Text;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot.RaspberryPi;

/// <summary>
/// What a Raspberry Pi's firmware says of itself in the device tree (Raspberry Pi documentation, "Device trees, overlays and parameters", properties of
/// <c>/chosen/bootloader</c>): numbers of 32 bits, big-endian.
/// </summary>
/// <param name="deviceTree">Where the device tree is: <c>/proc/device-tree</c>.</param>
internal sealed class PiFirmware(string deviceTree)
{
    /// <summary>
    /// The first release of the boot loader in the EEPROM for everybody that knows <c>[tryboot]</c> in <c>autoboot.txt</c> and <c>tryboot_a_b</c>:
    /// pieeprom-2022-11-25 (raspberrypi/rpi-eeprom, firmware-2711/release-notes.md, "2022-12-01 - Promote pieeprom-2022-11-25 to the DEFAULT release").
    /// </summary>
    public static readonly DateTimeOffset FirstWithTrials = new(2022, 11, 25, 0, 0, 0, TimeSpan.Zero);

    private const int LimitBytes = 4096;

    /// <summary>Whether this host is a Raspberry Pi.</summary>
    public bool IsPresent =>
        BoundedFile.TryRead($"{deviceTree}/model", LimitBytes) is { } model && Encoding.UTF8.GetString(model).StartsWith("Raspberry Pi", StringComparison.Ordinal);

    /// <summary>Number of the partition that was booted; null where the firmware does not say.</summary>
    public int? BootedPartition => (int?)Number("partition");

    /// <summary>When the boot loader was built; null where it does not say, as on models without an EEPROM.</summary>
    public DateTimeOffset? BuiltAt => Number("build-timestamp") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private uint? Number(string name) =>
        BoundedFile.TryRead($"{deviceTree}/chosen/bootloader/{name}", LimitBytes) is { Length: sizeof(uint) } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;
}
