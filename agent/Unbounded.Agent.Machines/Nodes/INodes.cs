using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Nodes;

/// <summary>Finds running machines and opens the systemd inside them.</summary>
internal interface INodes : IAsyncDisposable
{
    /// <summary>The machine that runs in a slot; null when none does. The same object as long as the machine lives.</summary>
    Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="FindAsync"/>, but null for one that has not booted yet, and without asking anybody about one that was found before and whose first
    /// process lives: the node is down while this is asked.
    /// </summary>
    Task<INode?> FindBootedAsync(SlotName slot, CancellationToken cancellationToken);

    /// <summary>
    /// Directory of the control group in which processes of a machine may be left that <see cref="FindAsync"/> does not find any more: its first process was
    /// killed, and the kernel is still ending the others. Null when there is none.
    /// </summary>
    Task<string?> FindRemainsAsync(SlotName slot, CancellationToken cancellationToken);
}
