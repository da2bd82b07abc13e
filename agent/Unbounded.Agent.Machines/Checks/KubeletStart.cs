using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Checks;

/// <summary>One run of a machine's kubelet.</summary>
/// <param name="Invocation">Which run.</param>
/// <param name="At">
/// When it started, by the clock as it is set now: what it wrote since is younger, also where the clock was set after its start.
/// </param>
internal sealed record KubeletStart(string Invocation, DateTimeOffset At)
{
    /// <summary>The kubelet that runs; null: none does.</summary>
    public static async Task<KubeletStart?> FindAsync(INode node, TimeProvider time, CancellationToken cancellationToken)
    {
        var unit = await node.Systemd.GetUnitAsync(Units.Kubelet, cancellationToken);
        return unit is { IsActive: true, MainPid: not 0, MainProcessStartedAt: { } started } ? Of(unit, started, time) : null;
    }

    // systemd's monotonic clock and the provider's timestamps are the same: CLOCK_MONOTONIC.
    private static KubeletStart Of(UnitState unit, TimeSpan started, TimeProvider time) =>
        new(unit.InvocationId, time.GetUtcNow() - (time.GetElapsedTime(0) - started));
}
