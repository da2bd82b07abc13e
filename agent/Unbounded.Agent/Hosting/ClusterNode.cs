using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Hosting;

/// <summary>This host's Node, asked for with the kubeconfig of the host where there is one. A cluster that can't be asked keeps no host from its update.</summary>
/// <param name="kubeconfig">The kubeconfig.</param>
/// <param name="node">Name of the Node.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterNode(string kubeconfig, string node, TimeProvider time) : INodeLabels
{
    private static readonly ClientOptions Options = new() { CallTimeout = TimeSpan.FromSeconds(5), Tries = 2 };

    public async Task<NodeAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(kubeconfig))
            return NodeAnswer.NotAsked;
        try
        {
            using var client = new KubernetesClient(Kubeconfig.Read(kubeconfig, new ChildProcess(time), time), Options, time);
            return new(NodeView.Of(await client.GetAsync(NodeFollower.Nodes.Of(node), cancellationToken)).Labels, null);
        }
        catch (AgentException e)
        {
            return new(null, $"{e.What}: {e.Why}");
        }
    }
}
