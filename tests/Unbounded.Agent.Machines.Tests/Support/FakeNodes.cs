using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Nodes;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>The machines that run.</summary>
internal sealed class FakeNodes : INodes
{
    private readonly Dictionary<SlotName, INode> _running = [];

    public INode? this[SlotName slot]
    {
        get => _running.GetValueOrDefault(slot);
        set
        {
            if (value is null)
            {
                _running.Remove(slot);
            }
            else
            {
                _running[slot] = value;
            }
        }
    }

    public Task<INode?> FindAsync(SlotName slot, CancellationToken cancellationToken) => Task.FromResult(this[slot]);

    /// <summary>Whether a machine that runs has booted.</summary>
    public Func<SlotName, bool> IsBooted { get; set; } = _ => true;

    public Task<INode?> FindBootedAsync(SlotName slot, CancellationToken cancellationToken) => Task.FromResult(IsBooted(slot) ? this[slot] : null);

    /// <summary>Where something is left of a machine that does not run.</summary>
    public string? Remains { get; set; }

    public Task<string?> FindRemainsAsync(SlotName slot, CancellationToken cancellationToken) => Task.FromResult(Remains);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
