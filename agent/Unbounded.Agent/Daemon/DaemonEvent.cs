namespace Unbounded.Agent.Daemon;

/// <summary>What the daemon's loop turns for.</summary>
internal enum DaemonEvent
{
    /// <summary>Something changed: look again.</summary>
    Wake,

    /// <summary>The agent's lock may be free again.</summary>
    LockFreed,

    /// <summary>The watchdog wants to hear of the loop.</summary>
    Beat,

    /// <summary>Nothing has happened for a while.</summary>
    Rest,

    /// <summary>The daemon is to stop.</summary>
    Stop,

    /// <summary>A reconciliation ended.</summary>
    TurnEnded,
}
