namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>Operation counters as they were last carried out (status.operations).</summary>
/// <param name="Reboot">rebootCounter.</param>
/// <param name="Repave">repaveCounter.</param>
public sealed record OperationCounters(long Reboot, long Repave);
