using System.Globalization;

namespace Unbounded.Agent.Output;

/// <summary>Quantities as people read them.</summary>
internal static class Human
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Bytes in binary units: <c>12.3 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1023.95 && unit < Units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>A time that something took, or may take: <c>85 ms</c>, <c>5.7 s</c>, <c>2 min 3 s</c>, <c>1 h 2 min</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.FromMilliseconds(999.5))
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
        if (time < TimeSpan.FromSeconds(59.95))
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds < 3600
            ? $"{seconds / 60} min {seconds % 60} s"
            : $"{seconds / 3600} h {seconds % 3600 / 60} min";
    }

    /// <summary>A number of things: <c>1,234,567</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>An instant, UTC, to the second.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A name of code as words: <c>HeldBack</c> as <c>held back</c>, with another separator <c>held-back</c>.</summary>
    public static string Words(string name, char separator = ' ') => string.Concat(
        name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : $"{separator}") + char.ToLowerInvariant(c) : $"{c}"));
}
