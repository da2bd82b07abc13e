using System.Globalization;

namespace Unbounded.Agent.TestHost.Hosts;

/// <summary>
/// The process a test host belongs to: process ID and start time, which together are never given twice between boots.
/// Written on everything a run creates, so that a later run can tell what a crashed one left from what a live one uses.
/// </summary>
public sealed record Owner(int Pid, ulong StartTicks)
{
    /// <summary>The container label that carries an owner.</summary>
    public const string Label = "unbounded-agent.owner";

    private const int StartTimeField = 22;

    /// <summary>This process.</summary>
    public static Owner Current { get; } = new(Environment.ProcessId, ReadStart(Environment.ProcessId) ?? 0);

    /// <summary>Whether that very process still runs.</summary>
    public bool IsAlive => ReadStart(Pid) == StartTicks;

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static Owner? Parse(string? text)
    {
        var parts = text?.Trim().Split(':');
        return parts?.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new Owner(pid, start)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid}:{StartTicks}");

    // /proc/PID/stat, proc(5); the command's name, field 2, may hold spaces and parentheses
    private static ulong? ReadStart(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return ulong.Parse(fields[StartTimeField - 3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
