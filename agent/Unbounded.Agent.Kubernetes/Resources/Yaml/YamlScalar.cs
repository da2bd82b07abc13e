using System.Globalization;
using Unbounded.Agent.Core.Configuration.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Kinds of plain scalars: the core schema of YAML 1.2, and of YAML 1.1 what Kubernetes' own reader takes for a boolean.</summary>
internal static class YamlScalar
{
    public static DocumentKind KindOf(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return DocumentKind.Text;
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => DocumentKind.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => DocumentKind.Boolean,
            "yes" or "Yes" or "YES" or "no" or "No" or "NO" or "on" or "On" or "ON" or "off" or "Off" or "OFF" => DocumentKind.Boolean,
            _ => IsNumber(scalar.Value) ? DocumentKind.Number : DocumentKind.Text,
        };
    }

    public static string TextOf(Scalar scalar) => KindOf(scalar) switch
    {
        DocumentKind.Boolean => scalar.Value[0] is 't' or 'T' or 'y' or 'Y' || scalar.Value is "on" or "On" or "ON" ? "true" : "false",
        _ => scalar.Value,
    };

    /// <summary>Whether a text would be read as something else when written plain.</summary>
    public static bool IsNumber(string text) =>
        text.Length > 0
        && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
        && (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _)
            || text is ".nan" or ".NaN" or ".NAN"
            || text.TrimStart('-', '+') is ".inf" or ".Inf" or ".INF"
            || IsBased(text));

    private static bool IsBased(string text) =>
        text.Length > 2 && text[0] == '0' && ((text[1] == 'x' && text[2..].All(char.IsAsciiHexDigit)) || (text[1] is 'o' or 'b' && text[2..].All(char.IsAsciiDigit)));
}
