namespace Unbounded.Agent.Partitions.Sources;

/// <summary>How much of a source was looked at.</summary>
public enum IndexExtent
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>The newest versions, down to the oldest one that was found.</summary>
    Newest,

    /// <summary>A part, and it can't be said which.</summary>
    Part,
}
