namespace Unbounded.Agent.Linux.Notify;

/// <summary>
/// Tells the service manager how the agent is doing, sd_notify(3). Without a service manager every member does nothing.
/// A message that can't be delivered is logged and not thrown: the manager itself acts on what it does not hear.
/// </summary>
public interface IServiceNotifier
{
    /// <summary>
    /// The time after which the manager kills an agent that has not called <see cref="KeepAlive"/>; half of it is a good
    /// interval. Null when nobody watches.
    /// </summary>
    TimeSpan? WatchdogTimeout { get; }

    /// <summary>Start-up is over.</summary>
    /// <param name="status">One line for people.</param>
    void Ready(string status);

    /// <summary>What the agent is doing, one line for people, in <c>systemctl status</c>. No secrets.</summary>
    void Status(string status);

    /// <summary>The agent lives.</summary>
    void KeepAlive();

    /// <summary>The agent is ending.</summary>
    /// <param name="status">One line for people.</param>
    void Stopping(string status);

    /// <summary>Starting or stopping takes longer: the manager waits this long from now.</summary>
    void ExtendTimeout(TimeSpan timeout);
}
