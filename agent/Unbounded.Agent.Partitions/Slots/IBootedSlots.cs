using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Slots of which a boot loader has chosen one.</summary>
internal interface IBootedSlots : ISlots
{
    /// <summary>The first thing after a boot: a slot on trial has come up, so that its boots are no longer counted.</summary>
    Task ArriveAsync(CancellationToken cancellationToken);
}
