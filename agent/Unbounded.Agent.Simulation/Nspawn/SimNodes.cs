using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>The machines that run.</summary>
internal sealed class SimNodes(NspawnHost host) : INodes
{
    public Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken) =>
        Task.FromResult<INode?>(host[slot].Booted ? new SimNode(host, host[slot]) : null);

    public Task<INode?> FindBootedAsync(SlotName slot, CancellationToken cancellationToken) => FindAsync(slot, cancellationToken);

    public Task<string?> FindRemainsAsync(SlotName slot, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
