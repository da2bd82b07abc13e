namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The clock is not plainly wrong: certificates would be refused.</summary>
internal sealed class ClockCheck(PreflightHost host) : IPreflightCheck
{
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static readonly string[] Written = ["/etc/machine-id", "/etc/os-release", "/var/lib/dpkg/status", "/var/lib/systemd/timesync/clock"];

    public string Name => "clock";

    public Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        var now = host.Time.GetUtcNow();
        var next = "Set the clock (timedatectl set-time, or a time service): certificates are refused otherwise";
        if (now < Earliest || now > Latest)
            return Task.FromResult(PreflightFinding.Error($"the clock says {now:u}", next));
        var written = Newest();
        return Task.FromResult(written > now + Tolerance
            ? PreflightFinding.Warning($"the clock says {now:u}, but the system was last written to at {written:u}", next)
            : PreflightFinding.Ok($"the clock says {now:u}"));
    }

    /// <summary>What a running system writes: none of it can be of the future.</summary>
    private DateTimeOffset Newest() =>
        Written
            .Select(host.Real).Where(File.Exists).Select(p => new DateTimeOffset(File.GetLastWriteTimeUtc(p), TimeSpan.Zero))
            .DefaultIfEmpty(DateTimeOffset.MinValue).Max();
}
