namespace Unbounded.Agent.Linux.Blocks;

/// <summary>A block device as sysfs shows it.</summary>
/// <param name="Name">The kernel's name: <c>vda2</c>.</param>
/// <param name="PartitionLabel">Name of the GPT partition, null when it has none.</param>
/// <param name="Number">Device number, major and minor.</param>
/// <param name="SizeBytes">Size, bytes.</param>
public sealed record BlockDeviceInfo(string Name, string? PartitionLabel, (uint Major, uint Minor) Number, long SizeBytes)
{
    /// <summary>Number of the partition in its table, from 1; null for what is no partition.</summary>
    public int? PartitionNumber { get; init; }
}
