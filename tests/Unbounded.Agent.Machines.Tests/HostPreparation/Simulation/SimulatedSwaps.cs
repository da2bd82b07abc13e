using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

public sealed class SimulatedSwaps(PowerSupply power) : ISwaps
{
    public List<SwapArea> On { get; } = [];

    public Task<IReadOnlyList<SwapArea>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SwapArea>>([.. On]);

    public Task OffAsync(string path, CancellationToken cancellationToken)
    {
        if (On.Any(a => a.Path == path))
            power.Effect($"swapoff {path}", () => On.RemoveAll(a => a.Path == path));
        return Task.CompletedTask;
    }

    public Task OnAsync(string path, int priority, CancellationToken cancellationToken)
    {
        if (On.All(a => a.Path != path))
            power.Effect($"swapon {path}", () => On.Add(new SwapArea(path, priority)));
        return Task.CompletedTask;
    }
}
