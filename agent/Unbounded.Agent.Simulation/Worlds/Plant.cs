namespace Unbounded.Agent.Simulation.Worlds;

/// <summary>Faults of an agent that the simulator must find.</summary>
internal enum Plant
{
    /// <summary>The agent as it is.</summary>
    None,

    /// <summary>Commits a side when it starts it, before it has proven healthy.</summary>
    CommitsBeforeProof,

    /// <summary>Commits the other side than the one it has proven.</summary>
    EnablesTheWrongSide,

    /// <summary>Starts the new side before it stops the old one.</summary>
    StartsBeforeItStops,

    /// <summary>Says that a slot is free, and frees it later: what the record remembered is cleared before its files are.</summary>
    ReleasesLate,

    /// <summary>Writes an intent with the next save only.</summary>
    SavesIntentsLate,

    /// <summary>Goes on with what is desired by now, and not with what was frozen.</summary>
    FollowsEdits,

    /// <summary>Looks for drift after its start, and not for what is in flight.</summary>
    LooksForDriftFirst,

    /// <summary>Takes every interruption for one in good order, which is not counted.</summary>
    CountsNoResume,

    /// <summary>Drops from the record what a later version wrote there.</summary>
    DropsWhatItDoesNotKnow,
}
