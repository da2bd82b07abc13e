using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>systemd has booted the system: <c>running</c>, or <c>degraded</c> with the names of what failed.</summary>
internal sealed class SystemRunningCheck(ISystemd systemd) : ICheck
{
    public string Name => "system-running";

    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        // The health check itself is a part of the boot, as a unit ordered before boot-complete.target: then systemd says "starting" until it has ended.
        var state = await systemd.GetSystemStateAsync(cancellationToken);
        if (state is not (SystemState.Running or SystemState.Degraded or SystemState.Starting))
            return CheckResult.NotYet($"systemd is {Text(state)}");
        var failed = await systemd.ListUnitsAsync([], ["failed"], cancellationToken);
        return CheckResult.Passed(failed.Count == 0 ? $"systemd is {Text(state)}" : $"systemd is {Text(state)}; failed: {string.Join(", ", failed.Select(u => u.Name))}");
    }

    private static string Text(SystemState state) => state.ToString().ToLowerInvariant();
}
