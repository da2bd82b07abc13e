using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What a node is adopted from.</summary>
/// <param name="Config">The applied config that was found.</param>
/// <param name="Counters">Operation counters that count as carried out, null when not known.</param>
public sealed record Adoption(FoundConfig Config, OperationCounters? Counters);
