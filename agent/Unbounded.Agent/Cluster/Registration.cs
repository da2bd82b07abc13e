using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Cluster;

/// <summary>The Machine that a daemon registers where there is none: exactly what is in force, so that registering changes nothing on the node.</summary>
internal static class Registration
{
    /// <summary>Makes it. A pure function.</summary>
    /// <param name="desired">What is in force.</param>
    /// <param name="local">The local Machine, whose spec goes along; null when there is none.</param>
    public static byte[] Of(DesiredState desired, Machine? local)
    {
        var spec = local?.Spec ?? new MachineSpec();
        return MachineJson.Write(new Machine
        {
            Metadata = new MachineMetadata(desired.Config.MachineName),
            Spec = spec with
            {
                Kubernetes = (spec.Kubernetes ?? new KubernetesSpec()) with
                {
                    Version = desired.Config.Cluster.Version,
                    NodeRef = spec.Kubernetes?.NodeRef ?? (desired.Config.NodeName is { } node ? new ObjectName(node) : null),
                },
                Agent = (spec.Agent ?? new AgentSpec()) with { Image = desired.Config.OCIImage },
            },
        });
    }
}
