using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>
/// The first process of a machine, held by a pidfd: a process ID alone may be given to another process, whose
/// namespaces or root would then be entered.
/// </summary>
public sealed class MachineLeader : IDisposable
{
    private readonly int _pid;
    private readonly Lock _gate = new();
    private PidFd? _process;

    /// <summary>Opens the process.</summary>
    /// <param name="pid">Its ID, as the host counts.</param>
    /// <exception cref="AgentException">It has ended (<see cref="LinuxErrors.MachineEnded"/>).</exception>
    public MachineLeader(int pid)
    {
        _pid = pid;
        _process = pid > 0 ? PidFd.TryOpen(pid) : null;
        ThrowIfEnded();
    }

    /// <summary>The process ID, as the host counts.</summary>
    public int Pid => _pid;

    /// <summary>Fails when the process has ended, or this is disposed.</summary>
    /// <exception cref="AgentException">It has ended (<see cref="LinuxErrors.MachineEnded"/>).</exception>
    public void ThrowIfEnded()
    {
        lock (_gate)
        {
            if (_process is null || PidFd.WaitAll([_process], TimeSpan.Zero, TimeProvider.System))
                throw Ended();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _process?.Dispose();
            _process = null;
        }
    }

    private AgentException Ended() => new(
        LinuxErrors.MachineEnded,
        $"The machine with leader {_pid} can't be reached",
        "that process has ended",
        "Look up the machine's leader again; if the machine should run, start its service and see its journal");
}
