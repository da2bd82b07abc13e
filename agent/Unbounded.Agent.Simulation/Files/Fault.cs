namespace Unbounded.Agent.Simulation.Files;

/// <summary>Calls to the file system that fail.</summary>
/// <param name="From">The first call that changes or syncs something and fails, from 1.</param>
/// <param name="Count">How many fail in a row.</param>
/// <param name="Errno">With which error: <c>ENOSPC</c> spares what frees or syncs, as a full disk does.</param>
internal sealed record Fault(int From, int Count, int Errno);
