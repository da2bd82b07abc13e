using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>How the execution of a plan ended.</summary>
/// <param name="End">The kind of end.</param>
/// <param name="Record">The record as it is stored now; null when none was ever saved.</param>
/// <param name="Error">Why it could not go on, for <see cref="ExecutionEnd.Unfinished"/>.</param>
public sealed record ExecutionResult(ExecutionEnd End, AgentRecord? Record, ErrorRecord? Error = null);

/// <summary>The kinds of end.</summary>
public enum ExecutionEnd
{
    /// <summary>Every step was carried out. Whether the transition reached its target is in the record.</summary>
    Completed,

    /// <summary>Stopped on request, in good order; the next start goes on.</summary>
    Suspended,

    /// <summary>The host is going down to boot the other side; the next start goes on.</summary>
    EndsProcess,

    /// <summary>Something failed that leaves the plan open; deciding again later goes on.</summary>
    Unfinished,
}
