using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>An error as the record and the status keep it. Free of secrets.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">What failed.</param>
/// <param name="Cause">Why.</param>
/// <param name="NextStep">What to do.</param>
public sealed record ErrorRecord(string Code, string Message, string Cause, string NextStep)
{
    private const int Longest = 2000;

    /// <summary>Takes an error over, with everything that looks like a token removed.</summary>
    public static ErrorRecord From(Exception exception) => exception is AgentException e
        ? new(e.Code.Id, Kept(e.What), Kept(e.Why), Kept(e.Next))
        : new(
            CoreErrors.Unexpected.Id,
            "The agent met an error that it did not foresee",
            Kept($"{exception.GetType().Name}: {exception.Message}"),
            "Report this with the agent's log");

    // An error may quote what it met: the record stays small all the same.
    private static string Kept(string text) => Redaction.Kept(text, Longest);

    /// <summary>One line: what and why.</summary>
    public override string ToString() => $"{Code}: {Message}: {Cause}";
}
