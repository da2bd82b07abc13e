namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>A slot that holds a block which is wanted elsewhere.</summary>
internal enum BlockOrigin
{
    /// <summary>The slot that runs.</summary>
    Running,

    /// <summary>The slot that is written, where it stays as it is.</summary>
    Itself,
}
