namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>systemd's <c>SystemState</c>, as <c>systemctl is-system-running</c> prints it.</summary>
public enum SystemState
{
    /// <summary>A state this version does not know.</summary>
    Unknown,

    /// <summary>Early in boot.</summary>
    Initializing,

    /// <summary>Late in boot: jobs of the boot are still queued.</summary>
    Starting,

    /// <summary>Booted, no unit failed.</summary>
    Running,

    /// <summary>Booted, some units failed.</summary>
    Degraded,

    /// <summary>The rescue or emergency target is active.</summary>
    Maintenance,

    /// <summary>Shutting down.</summary>
    Stopping,
}
