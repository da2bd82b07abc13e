namespace Unbounded.Agent.Simulation.Files;

/// <summary>What became of one unsynced write when power was lost. A disk may do any of these, to each write by itself.</summary>
public enum Outcome
{
    /// <summary>It had not reached the disk.</summary>
    Lost,

    /// <summary>It had reached the disk.</summary>
    Kept,

    /// <summary>Half of the content had reached it.</summary>
    Torn,

    /// <summary>The length had reached it, the content had not: zeros.</summary>
    Zeroed,
}
