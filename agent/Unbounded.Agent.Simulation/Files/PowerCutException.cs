namespace Unbounded.Agent.Simulation.Files;

/// <summary>The process that makes this call is dead by now: nothing it does has an effect.</summary>
internal sealed class PowerCutException() : Exception("power was cut");
