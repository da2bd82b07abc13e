using System.Globalization;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Linux.Blocks;

/// <summary>The host's block devices, from sysfs: no udev is asked, so links that are late or stale mislead nobody.</summary>
/// <param name="sys">Where sysfs is.</param>
public sealed class BlockDevices(string sys = "/sys")
{
    private const int SectorBytes = 512;

    /// <summary>All of them, by name.</summary>
    /// <exception cref="AgentException">sysfs can't be read.</exception>
    public IReadOnlyList<BlockDeviceInfo> List()
    {
        var directory = $"{sys}/class/block";
        try
        {
            return
            [
                .. Directory.EnumerateFileSystemEntries(directory)
                    .Order(StringComparer.Ordinal)
                    .Select(Read)
                    .OfType<BlockDeviceInfo>(),
            ];
        }
        catch (IOException e)
        {
            throw new AgentException(LinuxErrors.NotFound, "The host's block devices can't be listed", e.Message, "See that sysfs is mounted at /sys.", e);
        }
    }

    // A device may go while it is looked at: then it is none.
    private static BlockDeviceInfo? Read(string directory)
    {
        try
        {
            var properties = Properties($"{directory}/uevent");
            return Number(properties, "MAJOR") is { } major && Number(properties, "MINOR") is { } minor
                ? new(
                    Path.GetFileName(directory),
                    properties.GetValueOrDefault("PARTNAME"),
                    ((uint)major, (uint)minor),
                    Number(File.ReadAllText($"{directory}/size").Trim()) * SectorBytes ?? 0)
                {
                    PartitionNumber = (int?)Number(properties, "PARTN"),
                }
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is IOException && e.HResult == Errno.ENODEV))
        {
            return null;
        }
    }

    private static Dictionary<string, string> Properties(string file)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(file))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                properties[line[..at]] = line[(at + 1)..];
        }

        return properties;
    }

    private static long? Number(Dictionary<string, string> properties, string name) => Number(properties.GetValueOrDefault(name));

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
