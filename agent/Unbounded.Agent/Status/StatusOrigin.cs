using Unbounded.Agent.Cluster;

namespace Unbounded.Agent.Status;

/// <summary>The Machine that a status is about.</summary>
/// <param name="MachineName">Its name.</param>
/// <param name="Generation">Its generation that is in force, null when not known.</param>
/// <param name="Warnings">What is odd about it and the configuration, one sentence each.</param>
internal sealed record StatusOrigin(string MachineName, long? Generation, params IReadOnlyList<string> Warnings)
{
    /// <summary>How the daemon and the API server get on; null: this host follows none.</summary>
    public ClusterState? Cluster { get; init; }
}
