using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Finds running machines and opens the systemd inside them.</summary>
internal interface INodes : IAsyncDisposable
{
    /// <summary>The machine that runs in a slot; null when none does. The same object as long as the machine lives.</summary>
    Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken);
}
