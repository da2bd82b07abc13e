using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What the node should be, and how that differs from the active side.</summary>
/// <param name="Target">The desired target.</param>
/// <param name="Counters">spec.operations.</param>
/// <param name="Differences">
/// What costs a swap, one short text each (<c>Kubernetes version 1.30.1 -> 1.31.0</c>); empty when nothing does, or when nothing is active.
/// </param>
/// <param name="Live">
/// The active side's target with what costs no swap (labels, taints) brought up to date; null when nothing of that kind differs. It carries
/// the active side's other settings, so that it can be applied while a swap is held back.
/// </param>
public sealed record Desired(
    Target Target,
    OperationCounters Counters,
    IReadOnlyList<string> Differences,
    Target? Live = null)
{
    /// <summary>What would make it another node, one short text each: never acted on.</summary>
    public IReadOnlyList<string> Identity { get; init; } = [];
}
