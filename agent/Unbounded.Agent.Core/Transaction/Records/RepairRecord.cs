namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>A repair of the active side that failed and is tried again.</summary>
/// <param name="Failures">Consecutive failures.</param>
/// <param name="RetryAt">Not before this time, UTC.</param>
/// <param name="Error">Why the last one failed.</param>
public sealed record RepairRecord(int Failures, DateTimeOffset RetryAt, ErrorRecord Error);
