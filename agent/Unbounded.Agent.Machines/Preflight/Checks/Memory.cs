using System.Globalization;

namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>What <c>/proc/meminfo</c> says.</summary>
/// <param name="AvailableKiB">Memory that can be had without swapping.</param>
/// <param name="SwapUsedKiB">What is swapped out.</param>
internal sealed record Memory(long AvailableKiB, long SwapUsedKiB)
{
    public static Memory Parse(IEnumerable<string> lines)
    {
        var values = lines.Select(l => l.Split((char[])[':', ' '], StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length >= 2)
            .GroupBy(f => f[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => long.TryParse(g.First()[1], NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : 0, StringComparer.Ordinal);
        return new Memory(values.GetValueOrDefault("MemAvailable"), values.GetValueOrDefault("SwapTotal") - values.GetValueOrDefault("SwapFree"));
    }
}
