using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Cluster;

/// <summary>How the daemon and the API server get on, at one instant.</summary>
/// <param name="Problem">Why the Machine can't be followed; null: it is followed.</param>
internal sealed record ClusterState(ErrorRecord? Problem)
{
    /// <summary>Why labels and taints of the Node are not as they should be; null: they are.</summary>
    public ErrorRecord? Node { get; init; }
}
