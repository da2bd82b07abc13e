namespace Unbounded.Agent.Core.Tests.Simulation;

/// <summary>What a power cut does to what was written but not synced. A disk may do any of these.</summary>
public enum Loss
{
    /// <summary>All of it is gone.</summary>
    Lost,

    /// <summary>All of it had reached the disk.</summary>
    Kept,

    /// <summary>Names had reached it, content only in part.</summary>
    Torn,
}
