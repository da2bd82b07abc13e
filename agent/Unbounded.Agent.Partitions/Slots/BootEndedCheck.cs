using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>The boot has come to its end: what is still <c>starting</c> when the deadline for a verdict has passed hangs.</summary>
internal sealed class BootEndedCheck(ISystemd systemd) : ICheck
{
    public string Name => "boot-ended";

    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        var state = await systemd.GetSystemStateAsync(cancellationToken);
        return state is SystemState.Running or SystemState.Degraded
            ? CheckResult.Passed("systemd has started all that belongs to the boot")
            : CheckResult.Never($"systemd is {state.ToString().ToLowerInvariant()}");
    }
}
