namespace Unbounded.Agent.Core.Transaction.Execution;

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
