using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>The devices of slots.</summary>
internal interface ISlotDevices
{
    /// <summary>Opens one for this process alone.</summary>
    /// <exception cref="AgentException">It is mounted, or used by something else.</exception>
    ISlotDevice Hold(SlotPartition partition);
}
