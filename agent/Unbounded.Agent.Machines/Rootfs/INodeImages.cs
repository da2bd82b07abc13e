using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>The image store, as far as slots need it.</summary>
internal interface INodeImages
{
    /// <summary>Brings an image into the store if it is not there yet.</summary>
    Task<NodeImage> EnsureAsync(string reference, IStepProgress progress, CancellationToken cancellationToken);

    /// <summary>Removes every image but those named.</summary>
    /// <param name="digests">Digests to keep.</param>
    /// <param name="cancellationToken">Cancels between two images.</param>
    Task KeepOnlyAsync(IReadOnlySet<string> digests, CancellationToken cancellationToken);

    /// <summary>Space of an image, in bytes; null when it is not in the store.</summary>
    Task<long?> SizeAsync(string digest, CancellationToken cancellationToken);
}
