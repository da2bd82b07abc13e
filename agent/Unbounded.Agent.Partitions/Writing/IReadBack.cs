using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Linux.Blocks;

namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Finds out whether a device holds an image that was written to it and synced.</summary>
internal interface IReadBack
{
    /// <summary>Reads all of it, past the page cache.</summary>
    /// <returns>Digest of the image that the device holds; null when it holds another one.</returns>
    Task<ContentDigest?> ReadBackAsync(BlockDevice device, IStepProgress progress, CancellationToken cancellationToken);
}
