using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Lengths as a device takes them.</summary>
internal static class Aligned
{
    /// <summary>The next length that is a multiple of <see cref="AlignedBuffer.Alignment"/>.</summary>
    public static int Up(int length) => (length + AlignedBuffer.Alignment - 1) / AlignedBuffer.Alignment * AlignedBuffer.Alignment;
}
