using System.Globalization;

namespace Unbounded.Agent.Linux.Notify;

/// <summary>Reads the watchdog's environment variables, sd_watchdog_enabled(3).</summary>
internal static class WatchdogTimeout
{
    private const ulong Longest = (ulong)(long.MaxValue / TimeSpan.TicksPerMicrosecond);

    /// <summary>The timeout; null when there is none, it is meant for another process, or it is no number of microseconds.</summary>
    /// <param name="microseconds"><c>WATCHDOG_USEC</c>.</param>
    /// <param name="pid"><c>WATCHDOG_PID</c>; unset means this process.</param>
    /// <param name="ownPid">This process.</param>
    internal static TimeSpan? Parse(string? microseconds, string? pid, int ownPid)
    {
        if (!string.IsNullOrEmpty(pid) && !(TryParse(pid, out var meant) && meant == (ulong)ownPid))
            return null;
        return TryParse(microseconds, out var value) && value is > 0 and <= Longest
            ? TimeSpan.FromTicks((long)value * TimeSpan.TicksPerMicrosecond)
            : null;
    }

    private static bool TryParse(string? text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
