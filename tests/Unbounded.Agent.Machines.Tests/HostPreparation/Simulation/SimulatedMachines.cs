using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>Machines as files of the simulated host; removing them checks that what may run has been stopped in the right order.</summary>
public sealed class SimulatedMachines(PowerSupply power, SimulatedFiles files, SimulatedUnits units) : IMachineRemoval
{
    private static readonly string[] Roots = ["/var/lib/machines/kube1", "/var/lib/unbounded/store", "/var/lib/unbounded/agent/record.json"];

    public Task<IReadOnlyList<string>> FindForeignAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Roots.Take(1).Where(files.All.ContainsKey)]);

    public Task<IReadOnlyList<string>> DescribeAsync(HostFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Roots.Where(files.All.ContainsKey).Select(p => $"remove {p}")]);

    public async Task RemoveAsync(HostFacts facts, IHostReport report, CancellationToken cancellationToken)
    {
        if (units.Active.Contains("unbounded-agent-daemon.service"))
            throw new InvalidOperationException("the daemon runs: it would make the machines again");
        if (units.Active.Contains("systemd-nspawn@kube1.service"))
            power.Effect("stop machine", () => units.Active.Remove("systemd-nspawn@kube1.service"));
        foreach (var path in Roots)
            await files.RemoveTreeAsync(path, cancellationToken);
    }
}
