using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Layout;

/// <summary>What the kernel says of the slots. Reads only.</summary>
internal interface ISlotTable
{
    /// <summary>Tells one boot of the host from another.</summary>
    string BootId { get; }

    /// <summary>The partition of a slot.</summary>
    /// <exception cref="AgentException">There is none, or more than one.</exception>
    SlotPartition Find(SlotName slot);

    /// <summary>The slot that runs.</summary>
    /// <exception cref="AgentException">It can't be told for certain.</exception>
    SlotName Running();
}
