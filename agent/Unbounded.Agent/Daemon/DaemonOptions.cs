namespace Unbounded.Agent.Daemon;

/// <summary>Times of the daemon's loop.</summary>
internal sealed record DaemonOptions
{
    /// <summary>
    /// How long a transition may go without any sign of life before the watchdog is left to end the daemon. Longer than any single call that the
    /// agent makes; what a step may wait by its configuration comes on top. Default 10 min.
    /// </summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the service manager is asked for more time while the daemon comes to a safe end. Default 5 s.</summary>
    public TimeSpan StopInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much more time is asked for. Default 30 s.</summary>
    public TimeSpan StopExtension { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait after a turn that failed, doubled each time up to <see cref="LongestRetry"/>. Default 1 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 2 min.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait for a time of day: clocks are set while the daemon sleeps. Default 1 h.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The longest wait for the agent's lock. Its release is signalled; a holder that was killed may be signalled an instant too early. Default 30 s.
    /// </summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing must have happened before the process rests. Default 15 s.</summary>
    public TimeSpan RestAfter { get; init; } = TimeSpan.FromSeconds(15);
}
