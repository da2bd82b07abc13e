using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>
/// The register of machines, org.freedesktop.machine1(5). It must never be used to tell whether a machine lives: it
/// forgets machines and is restarted under them. A machine lives when its service's unit does, and it is ended by
/// stopping that service alone.
/// </summary>
public interface IMachined : IAsyncDisposable
{
    /// <summary>What is registered under a name; null for nothing.</summary>
    Task<MachineRegistration?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All registrations, the host's own included.</summary>
    Task<IReadOnlyList<MachineListing>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a registration and leaves its processes alone. Only for one whose leader has ended: the caller makes
    /// sure of that. Nothing registered is a success.
    /// </summary>
    /// <exception cref="AgentException">machined refuses.</exception>
    Task UnregisterAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Changes of the register from now on, as hints to look at the units.</summary>
    /// <remarks>The first event is always <see cref="MachineEventKind.Missed"/>: the watch stands, read the list now.</remarks>
    IAsyncEnumerable<MachineEvent> WatchAsync(CancellationToken cancellationToken = default);
}
