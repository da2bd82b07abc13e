using System.Globalization;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>
/// Formats numbers as Go's <c>encoding/json</c> does for <c>float64</c>, which is what it makes of every number in a map: the shortest digits that read
/// back the same, in plain form from 1e-6 up to below 1e21, else with an exponent of no leading zeros.
/// </summary>
internal static class GoNumber
{
    /// <param name="number">A JSON number. Whole ones are kept digit by digit, also beyond 2^53 where Go would lose some.</param>
    public static string Format(string number)
    {
        if (number.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
            return number;
        var value = double.Parse(number, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            return number;
        var (negative, digits, point) = Split(value);
        var magnitude = Math.Abs(value);
        var text = magnitude != 0 && magnitude is < 1e-6 or >= 1e21 ? WithExponent(digits, point) : Plain(digits, point);
        return negative ? "-" + text : text;
    }

    // 0.digits x 10^point, of the shortest text that reads back the same
    private static (bool Negative, string Digits, int Point) Split(double value)
    {
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var mantissa = parts[0].Split('.');
        var digits = (mantissa[0] + (mantissa.Length > 1 ? mantissa[1] : "")).TrimStart('0');
        var leading = mantissa[0] == "0" ? digits.Length - mantissa.ElementAtOrDefault(1)?.Length ?? 0 : mantissa[0].Length;
        var point = leading + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        return (double.IsNegative(value), digits.Length == 0 ? "0" : digits, digits.Length == 0 ? 1 : point);
    }

    private static string Plain(string digits, int point)
    {
        if (point <= 0)
            return "0." + new string('0', -point) + digits;
        return digits.Length <= point ? digits.PadRight(point, '0') : digits[..point] + "." + digits[point..];
    }

    private static string WithExponent(string digits, int point)
    {
        var exponent = point - 1;
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}").Replace("e-0", "e-", StringComparison.Ordinal);
    }
}
