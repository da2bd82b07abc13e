using System.Globalization;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>JSON paths (RFC 9535, normalised but with dots for plain names).</summary>
public static class DocumentPath
{
    /// <summary>The whole document.</summary>
    public const string Root = "$";

    /// <summary>The path of a member. A name that is not plain goes into brackets, shortened and free of control characters.</summary>
    public static string Member(string parent, string name) =>
        IsPlain(name) ? $"{parent}.{name}" : $"{parent}['{Redaction.Shown(name)}']";

    /// <summary>The path of an item.</summary>
    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= Redaction.ShownLength && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
