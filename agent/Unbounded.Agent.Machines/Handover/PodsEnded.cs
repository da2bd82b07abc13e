namespace Unbounded.Agent.Machines.Handover;

/// <summary>How the pods ended.</summary>
/// <param name="Killed">Processes that did not end within the grace.</param>
/// <param name="Survivors">Processes that a kill did not end.</param>
internal sealed record PodsEnded(int Killed, IReadOnlyList<int> Survivors);
