using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>
/// A systemd, the host's or one inside a machine. It connects when first used and survives a re-execution of systemd
/// and a restart of the message bus. Every member fails with an <see cref="AgentException"/> with a code of
/// <see cref="LinuxErrors"/>; <see cref="DBusErrors.NameOf"/> has the D-Bus error name. Cancelling stops the waiting,
/// never what systemd does. When the machine ends, <see cref="LinuxErrors.MachineEnded"/> is final.
/// </summary>
public interface ISystemd : IAsyncDisposable
{
    /// <summary>Starts a unit and waits for its job's end, however long that takes.</summary>
    /// <exception cref="AgentException">The unit does not exist, is masked, or conflicts under <paramref name="mode"/>.</exception>
    Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    /// <summary>Stops a unit and waits for its job's end. A stopped one is a success.</summary>
    /// <exception cref="AgentException">The unit is not loaded and has no file.</exception>
    Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    /// <summary>Stops and starts a unit, or starts it, and waits for its job's end.</summary>
    Task<JobResult> RestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    /// <summary>Reloads a unit's configuration where it can, else restarts it, and waits for its job's end.</summary>
    Task<JobResult> ReloadOrRestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default);

    /// <summary>Creates and starts a service without a file and waits for its start job's end.</summary>
    /// <exception cref="AgentException">A unit of this name exists.</exception>
    Task<JobResult> StartTransientAsync(TransientService service, CancellationToken cancellationToken = default);

    /// <summary>Reads a unit's state, loading its file if need be. A unit without a file is <c>not-found</c>, not an error.</summary>
    Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default);

    /// <summary>A unit's state now, and each one after a change. Changes that follow each other quickly may come as one.</summary>
    IAsyncEnumerable<UnitState> WatchUnitAsync(string unit, CancellationToken cancellationToken = default);

    /// <summary>The loaded units whose name matches one of the shell patterns and whose state is one of those named; empty lists match all.</summary>
    /// <param name="patterns">For example <c>systemd-nspawn@*.service</c>.</param>
    /// <param name="states">Words of <c>systemctl --state=</c>, for example <c>failed</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<UnitSummary>> ListUnitsAsync(
        IReadOnlyCollection<string> patterns, IReadOnlyCollection<string> states, CancellationToken cancellationToken = default);

    /// <summary>Forgets a unit's failure and its count of starts.</summary>
    /// <exception cref="AgentException">The unit is not loaded.</exception>
    Task ResetFailedAsync(string unit, CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to the processes of a unit.</summary>
    Task KillAsync(string unit, KillTarget target, int signal, CancellationToken cancellationToken = default);

    /// <summary>Enables unit files as their [Install] says, replacing conflicting links; takes effect for jobs after <see cref="ReloadAsync"/>.</summary>
    Task EnableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default);

    /// <summary>Removes the links that enable unit files.</summary>
    Task DisableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default);

    /// <summary>Reads all unit files anew and waits until that is done.</summary>
    Task ReloadAsync(CancellationToken cancellationToken = default);

    /// <summary>The state of the whole system.</summary>
    Task<SystemState> GetSystemStateAsync(CancellationToken cancellationToken = default);

    /// <summary>The state of the whole system now, and each one after a change.</summary>
    IAsyncEnumerable<SystemState> WatchSystemStateAsync(CancellationToken cancellationToken = default);

    /// <summary>systemd's version, as it says it: <c>252.38-1~deb12u1</c>.</summary>
    Task<string> GetVersionAsync(CancellationToken cancellationToken = default);
}
