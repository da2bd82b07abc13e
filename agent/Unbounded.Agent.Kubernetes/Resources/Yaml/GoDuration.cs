using System.Globalization;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Durations as Go and Kubernetes write them: <c>30s</c>, <c>1h30m</c>, <c>1.5s</c>, <c>250ms</c>. Resolution 100 ns.</summary>
public static class GoDuration
{
    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10), ("µs", 10), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a duration. A sign is not accepted: none of ours can be negative.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        if (text.Length is 0 or > 64)
            return false;
        decimal ticks = 0;
        for (var rest = text; rest.Length > 0;)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var letters = rest.Skip(digits).TakeWhile(c => !char.IsAsciiDigit(c) && c != '.').Count();
            var unit = Array.Find(Units, u => string.Equals(u.Unit, rest.Substring(digits, letters), StringComparison.Ordinal));
            if (unit.Unit is null || digits > 18 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            ticks += number * unit.Ticks;
            rest = rest[(digits + letters)..];
        }

        // Go's limit: int64 nanoseconds.
        if (ticks > long.MaxValue / 100)
            return false;
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>Writes a duration, shortest units first dropped: <c>1h30m0s</c> as Go, <c>0s</c>, <c>250ms</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
            return duration == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerMillisecond:0.####}ms");
        var hours = (long)duration.TotalHours;
        var seconds = duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond;
        var minutes = duration.Minutes;
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#######}s");
        if (hours > 0 || minutes > 0)
            text = string.Create(CultureInfo.InvariantCulture, $"{minutes}m{text}");
        return hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h{text}") : text;
    }
}
