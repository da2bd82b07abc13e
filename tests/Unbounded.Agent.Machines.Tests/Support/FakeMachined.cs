using System.Runtime.CompilerServices;
using Unbounded.Agent.Linux.DBus.Machined;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>machined's register in memory.</summary>
internal sealed class FakeMachined : IMachined
{
    private readonly Dictionary<string, MachineRegistration> _registered = new(StringComparer.Ordinal);

    /// <summary>Called before every answer.</summary>
    public Func<CancellationToken, Task>? Answering { get; set; }

    public List<string> Unregistered { get; } = [];

    public void Register(string name, int leader, string kind = "container") =>
        _registered[name] = new MachineRegistration(name) { Leader = leader, Class = kind };

    public async Task<MachineRegistration?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        await (Answering?.Invoke(cancellationToken) ?? Task.CompletedTask);
        return _registered.GetValueOrDefault(name);
    }

    public Task<IReadOnlyList<MachineListing>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MachineListing>>([.. _registered.Values.Select(r => new MachineListing(r.Name, r.Class, r.Service))]);

    public Task UnregisterAsync(string name, CancellationToken cancellationToken = default)
    {
        _registered.Remove(name);
        Unregistered.Add(name);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<MachineEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return new MachineEvent(MachineEventKind.Missed, "");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
