using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Cluster;

/// <summary>How the daemon and the API server get on, at one instant.</summary>
/// <param name="Problem">Why the Machine can't be followed; null: it is followed.</param>
internal sealed record ClusterState(ErrorRecord? Problem);
