namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>What happened to machined's list.</summary>
public enum MachineEventKind
{
    /// <summary>A machine was registered.</summary>
    Registered,

    /// <summary>A registration was removed.</summary>
    Removed,

    /// <summary>Events may have been missed, machined or the bus was restarted: read the list again.</summary>
    Missed,
}
