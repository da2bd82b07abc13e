using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.Rootfs;

/// <summary>Makes a machine's root out of an image, at the place where its service expects it.</summary>
internal interface IRootProvider
{
    /// <summary>Makes the root; what was there is gone already. systemd has read the unit files anew when it returns.</summary>
    /// <param name="slot">The machine.</param>
    /// <param name="image">The image.</param>
    /// <param name="paths">Where things are, and how durably they are written.</param>
    /// <param name="progress">Receives bytes where the tree is copied.</param>
    /// <param name="cancellationToken">Leaves a part of it.</param>
    /// <returns>The tree that the root is an overlay of; null when it is a tree of its own.</returns>
    Task<string?> ProvideAsync(SlotName slot, NodeImage image, MachinePaths paths, IStepProgress progress, CancellationToken cancellationToken);
}
