using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>The image store, as far as slots need it.</summary>
public interface INodeImages
{
    /// <summary>Brings an image into the store if it is not there yet.</summary>
    Task<NodeImage> EnsureAsync(string reference, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>Removes every image but those named.</summary>
    /// <param name="digests">Digests to keep.</param>
    /// <param name="cancellationToken">Cancels between two images.</param>
    Task KeepOnlyAsync(IReadOnlySet<string> digests, CancellationToken cancellationToken);

    /// <summary>Space of an image, in bytes; null when it is not in the store.</summary>
    Task<long?> SizeAsync(string digest, CancellationToken cancellationToken);

    /// <summary>Copies an image's tree, sharing blocks where the file system can. The copy is complete and durable when the task ends.</summary>
    /// <param name="tree">The image's tree in the store.</param>
    /// <param name="destination">A directory that does not exist yet.</param>
    /// <param name="progress">Receives bytes.</param>
    /// <param name="cancellationToken">Cancels; the copy is incomplete then.</param>
    Task CopyAsync(string tree, string destination, IStepProgress progress, CancellationToken cancellationToken);
}
