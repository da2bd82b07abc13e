using System.Globalization;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>A daily window in UTC, <c>HH:MM-HH:MM</c>; its end is not part of it. It may cross midnight.</summary>
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
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (ValueSyntax.Window(text) is not null)
        {
            return false;
        }

        window = new(Time(text[..5]), Time(text[6..]));
        return true;
    }

    /// <summary>Whether the window is open.</summary>
    public bool IsOpen(DateTimeOffset now)
    {
        var time = TimeOnly.FromTimeSpan(now.ToUniversalTime().TimeOfDay);
        return Opens < Closes ? time >= Opens && time < Closes : time >= Opens || time < Closes;
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

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
