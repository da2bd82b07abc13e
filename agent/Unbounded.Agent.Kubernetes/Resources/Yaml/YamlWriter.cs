using System.Globalization;
using System.Text;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Writes block YAML, two blanks a level: the same input always gives the same text.</summary>
internal sealed class YamlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>A key whose value follows one level deeper.</summary>
    public void Open(int level, string key) => Line(level, Quoted(key) + ":");

    /// <summary>A key with text.</summary>
    public void Text(int level, string key, string value) => Line(level, $"{Quoted(key)}: {Quoted(value)}");

    /// <summary>One line.</summary>
    public void Line(int level, string line) => _text.Append(' ', 2 * level).Append(line).Append('\n');

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Text as a scalar: plain where every YAML reader takes it for the same text, else in double quotes.</summary>
    public static string Quoted(string value)
    {
        if (IsPlain(value))
            return value;
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                // Also what only some readers take for a line's end, and what a terminal would obey.
                < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or '\ufeff' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    private static bool IsPlain(string value) =>
        value.Length > 0
        && char.IsAsciiLetter(value[0])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '@' or '+' or ' ' or ',' or '(' or ')' or '\'')
        && value[^1] is not (' ' or ':')
        && !value.Contains(": ", StringComparison.Ordinal)
        && !Words.Contains(value.ToLowerInvariant());

    private static readonly HashSet<string> Words = new(["null", "true", "false", "yes", "no", "on", "off", "y", "n"], StringComparer.Ordinal);
}
