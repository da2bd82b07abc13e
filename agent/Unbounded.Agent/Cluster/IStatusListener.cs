using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Cluster;

/// <summary>Hears of every status that was written to the host.</summary>
internal interface IStatusListener
{
    /// <summary>Takes a status; returns at once and never throws. The latest counts.</summary>
    /// <param name="snapshot">What it was made of.</param>
    /// <param name="status">The status.</param>
    void Offer(StatusSnapshot snapshot, MachineStatus status);
}
