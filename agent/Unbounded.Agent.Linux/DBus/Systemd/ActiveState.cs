namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>systemd's <c>ActiveState</c> (org.freedesktop.systemd1(5)).</summary>
public enum ActiveState
{
    /// <summary>A state this version does not know.</summary>
    Unknown,

    /// <summary>Stopped, or never started.</summary>
    Inactive,

    /// <summary>Being started.</summary>
    Activating,

    /// <summary>Started.</summary>
    Active,

    /// <summary>Active, and reloading its configuration.</summary>
    Reloading,

    /// <summary>Being stopped.</summary>
    Deactivating,

    /// <summary>Stopped after a failure.</summary>
    Failed,

    /// <summary>Inactive, and a maintenance operation is in progress.</summary>
    Maintenance,

    /// <summary>Active, and a new mount is being brought into its namespace.</summary>
    Refreshing,
}
