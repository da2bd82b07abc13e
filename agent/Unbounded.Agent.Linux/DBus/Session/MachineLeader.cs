using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>
/// The first process of a machine, held by a pidfd: a process ID alone may be given to another process, whose
/// namespaces a later connection would then enter.
/// </summary>
internal sealed class MachineLeader : IDisposable
{
    private readonly int _pid;
    private readonly Lock _gate = new();
    private PidFd? _process;

    internal MachineLeader(int pid)
    {
        _pid = pid;
        _process = pid > 0 ? PidFd.TryOpen(pid) : null;
        ThrowIfEnded();
    }

    /// <summary>Fails when the process has ended.</summary>
    internal void ThrowIfEnded()
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
        $"The bus of the machine with leader {_pid} can't be reached",
        "that process has ended",
        "Look up the machine's leader again; if the machine should run, start its service and see its journal");
}
