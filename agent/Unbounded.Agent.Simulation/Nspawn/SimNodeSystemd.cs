using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>The systemd inside a machine: kubelet and containerd, behind the marker.</summary>
internal sealed class SimNodeSystemd(NspawnHost host, SimSide side) : SimSystemd
{
    public override async Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (unit == Units.NodeTarget)
        {
            await host.StartNodeAsync(side);
        }

        return Done(unit, "start", well: true);
    }

    public override async Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await EndAsync(unit);
        return Done(unit, "stop", well: true);
    }

    public override Task KillAsync(string unit, KillTarget target, int signal, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return EndAsync(unit);
    }

    public override Task<JobResult> StartTransientAsync(TransientService service, CancellationToken cancellationToken = default) =>
        Task.FromResult(Done(service.Name, "start", well: true));

    public override Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default) => Task.FromResult(unit switch
    {
        Units.Kubelet => State(unit, side.Kubelet),
        Units.Containerd => State(unit, side.Containerd, failed: side.Nature == Nature.ContainerdFails),
        _ => State(unit, side.Booted),
    });

    private async Task EndAsync(string unit)
    {
        switch (unit)
        {
            case Units.Kubelet when side.Kubelet:
                side.Kubelet = false;
                await host.ChangedAsync($"stop kubelet of {side.Name}");
                break;
            case Units.Containerd when side.Containerd:
                side.Containerd = false;
                await host.ChangedAsync($"stop containerd of {side.Name}");
                break;
        }
    }
}
