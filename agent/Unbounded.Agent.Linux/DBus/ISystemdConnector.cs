using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.DBus;

/// <summary>Where systemds are found. What is returned connects when it is first used, and is the caller's to dispose.</summary>
public interface ISystemdConnector
{
    /// <summary>The host's systemd.</summary>
    ISystemd Host();

    /// <summary>The systemd inside the machine whose first process is <paramref name="leader"/>.</summary>
    /// <param name="leader">A process ID of the host, from <see cref="MachineRegistration.Leader"/> or the machine's cgroup.</param>
    /// <exception cref="AgentException">That process has ended: <see cref="LinuxErrors.MachineEnded"/>.</exception>
    ISystemd InMachine(int leader);

    /// <summary>The host's machined.</summary>
    IMachined Machined();
}
