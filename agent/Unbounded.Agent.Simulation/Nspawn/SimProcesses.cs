using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Handover;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>The processes of machines: pods end when they are asked, and of a stopped unit nothing is left.</summary>
internal sealed class SimProcesses(NspawnHost host) : IPodProcesses, IUnitProcesses
{
    public bool Any(string payload) => host[new SlotName(payload)].Pods > 0;

    public async Task<PodsEnded> EndAsync(string payload, TimeSpan grace)
    {
        var side = host[new SlotName(payload)];
        if (side.Pods > 0)
        {
            side.Pods = 0;
            await host.ChangedAsync($"end pods of {side.Name}");
        }

        return new PodsEnded(0, []);
    }

    public Task<IReadOnlyList<int>> KillAsync(string payload, string unit) => Task.FromResult<IReadOnlyList<int>>([]);
}
