using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Metrics;

/// <summary>What a host says of itself: os-release(5), proc(5). What can't be read is 0 or absent.</summary>
/// <param name="root">Prefix of every path, without a final slash; empty for the real host.</param>
internal sealed class HostFigures(string root = "")
{
    private const int LimitBytes = 1 << 20;
    private static readonly string[] Names = ["ID", "VERSION_ID", "IMAGE_ID", "IMAGE_VERSION"];

    /// <summary>The running system.</summary>
    public IEnumerable<KeyValuePair<string, object?>> System()
    {
        var lines = Lines("/etc/os-release");
        foreach (var name in Names)
        {
            var value = lines.LastOrDefault(l => l.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..].Trim('"', '\'');
            yield return new(name.ToLowerInvariant(), value ?? "");
        }

        yield return new("kernel", Lines("/proc/sys/kernel/osrelease").FirstOrDefault() ?? "");
    }

    /// <summary>When the host booted, Unix time.</summary>
    public long BootedAt() => Number(Lines("/proc/stat").FirstOrDefault(static l => l.StartsWith("btime ", StringComparison.Ordinal)));

    /// <summary>Memory, bytes.</summary>
    public (long Total, long Available) Memory()
    {
        var lines = Lines("/proc/meminfo");
        return (Kibibytes(lines, "MemTotal:"), Kibibytes(lines, "MemAvailable:"));
    }

    private static long Kibibytes(string[] lines, string name) => Number(lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))) * 1024;

    private static long Number(string? line) =>
        line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var value, ..] && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string[] Lines(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(BoundedFile.TryRead(root + path, LimitBytes) ?? []).Split('\n', StringSplitOptions.TrimEntries);
        }
        catch (AgentException)
        {
            // Somebody who looks at figures wants the others all the same.
            return [];
        }
    }
}
