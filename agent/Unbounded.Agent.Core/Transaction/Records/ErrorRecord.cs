using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>An error as the record and the status keep it. Free of secrets.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">What failed.</param>
/// <param name="Cause">Why.</param>
/// <param name="NextStep">What to do.</param>
public sealed record ErrorRecord(string Code, string Message, string Cause, string NextStep)
{
    /// <summary>Takes an error over, with everything that looks like a token removed.</summary>
    public static ErrorRecord From(Exception exception) => exception is AgentException e
        ? new(e.Code.Id, Redaction.Scrub(e.What), Redaction.Scrub(e.Why), Redaction.Scrub(e.Next))
        : new(
            CoreErrors.Unexpected.Id,
            "The agent met an error that it did not foresee",
            Redaction.Scrub($"{exception.GetType().Name}: {exception.Message}"),
            "Report this with the agent's log");

    /// <summary>One line: what and why.</summary>
    public override string ToString() => $"{Code}: {Message}: {Cause}";
}
