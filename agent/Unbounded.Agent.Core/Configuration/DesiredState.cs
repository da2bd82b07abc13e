namespace Unbounded.Agent.Core.Configuration;

/// <summary>What the node should be, merged from <c>config.json</c> and the Machine (resource or <c>machine.yaml</c>). Immutable.</summary>
/// <param name="Config">The configuration with the Machine's version, image, labels and taints merged in.</param>
/// <param name="Policy">How to update.</param>
/// <param name="RebootCounter">spec.operations.rebootCounter.</param>
/// <param name="RepaveCounter">spec.operations.repaveCounter.</param>
/// <param name="Generation">metadata.generation, or the count of accepted edits of the file: what <c>observedGeneration</c> reports.</param>
public sealed record DesiredState(
    AgentConfig Config,
    UpdatePolicy Policy,
    long RebootCounter = 0,
    long RepaveCounter = 0,
    long Generation = 0);
