using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>The one applied config of a host that has no record: the slot that an ancestor runs.</summary>
/// <param name="Slot">The active slot.</param>
/// <param name="Applied">Its applied config.</param>
public sealed record DiscoveredAppliedConfig(SlotName Slot, LoadedAppliedConfig Applied);
