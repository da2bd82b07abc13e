using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What was found on the host.</summary>
/// <param name="Slots">The slots.</param>
/// <param name="Discovered">What another agent left; looked for only where there is no record.</param>
/// <param name="Requests">What was asked for.</param>
public sealed record Observed(SlotsObservation Slots, Discovery Discovered, Requests Requests)
{
    /// <summary>The other slot: where the next side is prepared.</summary>
    public SlotName AlternateOf(SlotName slot) => Slots.Slots.First(s => s.Name != slot).Name;
}
