using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;

namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>The cluster that a simulated node is a part of: it outlives the host, and knows whether the node is cordoned.</summary>
internal sealed class SimCluster(Scissors scissors, TimeProvider time, SimHost host) : INodeDrain
{
    /// <summary>Whether the node is cordoned.</summary>
    public bool Cordoned { get; private set; }

    /// <summary>A pod that no budget lets go.</summary>
    public bool Blocks { get; set; }

    /// <summary>Planted bug: the node is said to be drained, and is not.</summary>
    public bool OnlySaysSo { get; set; }

    /// <summary>How often the node was drained.</summary>
    public int Drains { get; private set; }

    /// <summary>Becomes the same cluster as another one.</summary>
    public void CopyFrom(SimCluster other) => (Cordoned, Blocks, OnlySaysSo) = (other.Cordoned, other.Blocks, other.OnlySaysSo);

    public async Task<bool> DrainAsync(AgentRecord record, DrainPolicy policy, IStepProgress progress, CancellationToken cancellationToken)
    {
        Cordoned = true;
        await scissors.HappenedAsync("cordon the node");
        if (Blocks)
        {
            await Task.Delay(policy.Timeout, time, cancellationToken);
            throw new AgentException(KubernetesErrors.EvictionBlocked, "The node can't be drained", "a budget does not allow it", "Wait");
        }

        if (!OnlySaysSo)
        {
            foreach (var side in host.Sides.Where(s => s.Name == record.Transition!.From))
            {
                side.Pods = 0;
            }
        }

        Drains++;
        await scissors.HappenedAsync("evict the pods");
        return true;
    }

    /// <summary>What the daemon's follower does whenever it hears of the record.</summary>
    public void Hears(AgentRecord? record)
    {
        if (record is { Transition: null or { Committed: true } })
        {
            Cordoned = false;
        }
    }
}
