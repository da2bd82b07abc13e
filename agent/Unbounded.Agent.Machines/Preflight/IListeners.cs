namespace Unbounded.Agent.Machines.Preflight;

/// <summary>Who listens on TCP ports of the host's network.</summary>
public interface IListeners
{
    /// <summary>The process that listens on a port; null when none does.</summary>
    Task<Listener?> FindAsync(int port, CancellationToken cancellationToken);
}

/// <summary>A listening process.</summary>
/// <param name="Pid">Its process ID, 0 when it can't be seen.</param>
/// <param name="Name">Its name.</param>
/// <param name="ControlGroup">Its control group, empty when it can't be seen.</param>
public sealed record Listener(int Pid, string Name, string ControlGroup);
