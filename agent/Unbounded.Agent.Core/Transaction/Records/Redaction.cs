using System.Text.RegularExpressions;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>The last line of defence for law 16: text that is about to be stored or shown loses what looks like a token.</summary>
public static partial class Redaction
{
    private const string Mask = "(redacted)";

    /// <summary>Removes bootstrap tokens (<c>abcdef.0123456789abcdef</c>), bearer tokens and JWTs.</summary>
    public static string Scrub(string text) => Tokens().Replace(text, Mask);

    [GeneratedRegex(
        @"\b[a-z0-9]{6}\.[a-z0-9]{16}\b|\beyJ[\w-]+\.[\w-]+\.[\w-]+|(?<=[Bb]earer )\S+",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();
}
