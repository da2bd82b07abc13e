using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

public sealed class SimulatedNetwork(PowerSupply power) : IHostNetwork
{
    public SortedSet<string> Items { get; } = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<string>> FindAsync(IReadOnlySet<string> baseline, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Items.Where(i => !baseline.Contains(i))]);

    public Task RemoveAsync(IReadOnlyList<string> items, CancellationToken cancellationToken)
    {
        foreach (var item in items.Where(Items.Contains).ToList())
            power.Effect($"remove {item}", () => Items.Remove(item));
        return Task.CompletedTask;
    }
}
