namespace Unbounded.Agent.Core.Slots;

/// <summary>How far a slot is, as observed, not as remembered.</summary>
public enum SlotState
{
    /// <summary>Nothing bootable and nothing that takes space.</summary>
    Empty,

    /// <summary>Content without its completeness mark: a preparation that did not end. Never booted, always rebuilt.</summary>
    Partial,

    /// <summary>Complete, but not booted.</summary>
    Complete,

    /// <summary>Booted and held back: no node software runs in it.</summary>
    HeldBack,

    /// <summary>Booted, and the one whose node software may run.</summary>
    Running,

    /// <summary>Should be booted (it is the one that may run), but is not, or its manager failed.</summary>
    Down,
}
