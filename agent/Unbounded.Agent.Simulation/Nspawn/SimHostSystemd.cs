using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>The host's systemd: machines' services and the mounts of their roots.</summary>
internal sealed class SimHostSystemd(NspawnHost host) : SimSystemd
{
    public override async Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Done(unit, "start", host.Find(unit) is { } found && (found.IsMount ? await host.MountAsync(found.Side) : await host.BootAsync(found.Side)));
    }

    public override async Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (host.Find(unit) is { } found)
        {
            await (found.IsMount ? host.UnmountAsync(found.Side) : host.StopAsync(found.Side));
        }

        return Done(unit, "stop", well: true);
    }

    public override Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(State(unit, host.Find(unit) is { } found && (found.IsMount ? host.IsMounted(found.Side) : found.Side.Booted)));
    }
}
