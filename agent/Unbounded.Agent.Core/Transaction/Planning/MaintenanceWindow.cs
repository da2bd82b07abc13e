using System.Globalization;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>A daily window in UTC, <c>HH:MM-HH:MM</c>; its end is not part of it. It may cross midnight. Equal ends: the whole day.</summary>
/// <param name="Opens">First minute in it.</param>
/// <param name="Closes">First minute after it.</param>
public sealed record MaintenanceWindow(TimeOnly Opens, TimeOnly Closes)
{
    /// <summary>Reads a window.</summary>
    /// <param name="text">Its text; null or empty: always open.</param>
    /// <param name="window">The window, null when it is always open.</param>
    /// <returns>Whether the text is a window.</returns>
    public static bool TryParse(string? text, out MaintenanceWindow? window)
    {
        window = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var ends = text.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !TryTime(ends[0], out var opens) || !TryTime(ends[1], out var closes))
        {
            return false;
        }

        window = new(opens, closes);
        return true;
    }

    /// <summary>Whether the window is open.</summary>
    public bool IsOpen(DateTimeOffset now)
    {
        var time = TimeOnly.FromTimeSpan(now.ToUniversalTime().TimeOfDay);
        return Opens == Closes
            || (Opens < Closes ? time >= Opens && time < Closes : time >= Opens || time < Closes);
    }

    /// <summary>When it opens next; now when it is open.</summary>
    public DateTimeOffset NextOpening(DateTimeOffset now)
    {
        if (IsOpen(now))
        {
            return now;
        }

        var utc = now.ToUniversalTime();
        var today = new DateTimeOffset(utc.Date, TimeSpan.Zero) + Opens.ToTimeSpan();
        return today >= utc ? today : today.AddDays(1);
    }

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
