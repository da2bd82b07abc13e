using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

public sealed class SimulatedModules(PowerSupply power, SimulatedSysctls sysctls) : IKernelModules
{
    public SortedSet<string> Loaded { get; } = new(StringComparer.Ordinal);

    public HashSet<string> InUse { get; } = new(StringComparer.Ordinal);

    public Task<bool> IsPresentAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Loaded.Contains(name));

    public Task<bool> TryUnloadAsync(string name, CancellationToken cancellationToken)
    {
        if (InUse.Contains(name))
            return Task.FromResult(false);
        power.Effect($"unload {name}", () =>
        {
            Loaded.Remove(name);
            foreach (var key in sysctls.Values.Keys.Where(k => name == "br_netfilter" && k.StartsWith("net/bridge/", StringComparison.Ordinal)).ToList())
                sysctls.Values.Remove(key);
        });
        return Task.FromResult(true);
    }
}
