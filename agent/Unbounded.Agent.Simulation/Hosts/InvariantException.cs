namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>Something happened that must never happen.</summary>
internal sealed class InvariantException(string message) : Exception(message);
