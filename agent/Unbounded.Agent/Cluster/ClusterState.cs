using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Cluster;

/// <summary>How the daemon and the API server get on, at one instant.</summary>
/// <param name="Problem">Why the Machine can't be followed; null: it is followed.</param>
internal sealed record ClusterState(ErrorRecord? Problem)
{
    /// <summary>Why labels and taints of the Node are not as they should be; null: they are.</summary>
    public ErrorRecord? Node { get; init; }

    /// <summary>Whether the daemon's identity is its own affair, and not a kubeconfig's.</summary>
    public bool OwnIdentity { get; init; }

    /// <summary>Why its certificate, which ends soon, was not renewed yet; null: it does not have to be.</summary>
    public ErrorRecord? Identity { get; init; }
}
