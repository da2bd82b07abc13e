namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>A repair that is under way or failed. Saved before it begins (law 1), so that one that was cut off is done again.</summary>
/// <param name="Step">What is repaired.</param>
/// <param name="Failures">Consecutive failures.</param>
/// <param name="RetryAt">Not before this time, UTC.</param>
/// <param name="Error">Why the last one failed, null when none did.</param>
public sealed record RepairRecord(StepKind Step, int Failures, DateTimeOffset RetryAt, ErrorRecord? Error);
