using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>How the execution of a plan ended.</summary>
/// <param name="End">The kind of end.</param>
/// <param name="Record">The record as it is stored now; null when none was ever saved.</param>
/// <param name="Error">Why it could not go on, for <see cref="ExecutionEnd.Unfinished"/>.</param>
public sealed record ExecutionResult(ExecutionEnd End, AgentRecord? Record, ErrorRecord? Error = null);
