using Unbounded.Agent.Kubernetes.Tests.Contract;

namespace Unbounded.Agent.Cluster.Control;

/// <summary>The contract, against a real API server.</summary>
[Collection(OnTheCluster.Name)]
public sealed class RealServerTests(ControlPlane plane) : KubernetesContract
{
    protected override Task<ContractServer> ServerAsync() => Task.FromResult(new ContractServer(plane.Admin, plane.Nobody));
}
