using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What an index has for this host.</summary>
/// <param name="CurrentVersion">What runs.</param>
/// <param name="Image">The image that would be installed; null when there is none of this channel and architecture.</param>
/// <param name="IsNewer">Whether that is something newer.</param>
/// <param name="Obstacles">What keeps it from being installed now, one sentence each; empty when nothing does.</param>
/// <param name="Notes">What was not looked at, one sentence each.</param>
public sealed record UpdateOffer(
    string CurrentVersion, IndexImage? Image, bool IsNewer, IReadOnlyList<string> Obstacles, IReadOnlyList<string> Notes);
