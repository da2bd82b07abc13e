using System.Runtime.CompilerServices;
using Unbounded.Agent.Linux.DBus.Machined;

namespace Unbounded.Agent.Simulation.Nspawn;

/// <summary>A machined that knows no machine: law 13 has the agent ask the units.</summary>
internal sealed class SimMachined : IMachined
{
    public Task<MachineRegistration?> FindAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult<MachineRegistration?>(null);

    public Task<IReadOnlyList<MachineListing>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<MachineListing>>([]);

    public Task UnregisterAsync(string name, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async IAsyncEnumerable<MachineEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        yield return new MachineEvent(MachineEventKind.Missed, "");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
