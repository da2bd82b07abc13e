using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Layout;

/// <summary>The partition of a slot.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Label">Its GPT label.</param>
/// <param name="Device">Its device node.</param>
/// <param name="Number">Its device number.</param>
/// <param name="SizeBytes">Its size, bytes.</param>
internal sealed record SlotPartition(SlotName Slot, string Label, string Device, (uint Major, uint Minor) Number, long SizeBytes)
{
    /// <summary>Its number in the partition table, from 1; 0 where the kernel does not say.</summary>
    public int Index { get; init; }
}
