using System.Runtime.InteropServices;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>Blocks that follow each other and are in a slot already.</summary>
/// <param name="To">The first, where it belongs.</param>
/// <param name="From">The first, where it is.</param>
/// <param name="Count">How many.</param>
/// <param name="Origin">The slot where they are.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockCopy(int To, int From, int Count, BlockOrigin Origin)
{
    /// <summary>Whether another one goes on where this one ends.</summary>
    public bool GoesOnWith(BlockCopy next) =>
        next.Origin == Origin && next.To == To + Count && next.From == From + Count;
}
