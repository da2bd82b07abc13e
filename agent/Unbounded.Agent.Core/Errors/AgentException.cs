namespace Unbounded.Agent.Core.Errors;

/// <summary>
/// An error that a person can act on: a stable code, what failed, why, and what to do next.
/// Every failure that leaves a project of the house is one of these; the front door alone turns it into
/// exit codes, conditions and text.
/// </summary>
public sealed class AgentException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="what">What failed, one sentence without a final period, free of secrets.</param>
    /// <param name="why">The cause, as far as it is known, free of secrets.</param>
    /// <param name="next">What the reader can do about it.</param>
    /// <param name="inner">The underlying exception.</param>
    /// <param name="details">Every single problem, where there can be several.</param>
    public AgentException(
        ErrorCode code,
        string what,
        string why,
        string next,
        Exception? inner = null,
        IReadOnlyList<ErrorDetail>? details = null)
        : base($"{code.Id}: {what}: {why}. {next}", inner)
    {
        Code = code;
        What = what;
        Why = why;
        Next = next;
        Details = details ?? [];
    }

    /// <summary>The stable code.</summary>
    public ErrorCode Code { get; }

    /// <summary>What failed.</summary>
    public string What { get; }

    /// <summary>The cause.</summary>
    public string Why { get; }

    /// <summary>What the reader can do about it.</summary>
    public string Next { get; }

    /// <summary>Every single problem with its place; empty for an error that is one thing.</summary>
    public IReadOnlyList<ErrorDetail> Details { get; }
}
