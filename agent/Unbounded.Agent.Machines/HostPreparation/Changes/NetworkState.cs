namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>What looked like a node's network before there was a node.</summary>
/// <param name="Baseline">Items of <see cref="Host.IHostNetwork"/> that are somebody else's.</param>
internal sealed record NetworkState(IReadOnlyList<string> Baseline);
