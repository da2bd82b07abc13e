using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Swap as it was.</summary>
/// <param name="Areas">What was swapped to.</param>
/// <param name="Units">Units that would bring it back, as they were.</param>
internal sealed record SwapState(IReadOnlyList<SwapArea> Areas, IReadOnlyList<MaskedUnit> Units);
