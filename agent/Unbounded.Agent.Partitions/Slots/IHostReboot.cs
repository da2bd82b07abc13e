namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Brings the host down and up again, in good order.</summary>
public interface IHostReboot
{
    /// <summary>Asks for a reboot and returns; the process is ended soon.</summary>
    /// <exception cref="Core.Errors.AgentException">The host refuses.</exception>
    Task RebootAsync(CancellationToken cancellationToken);
}
