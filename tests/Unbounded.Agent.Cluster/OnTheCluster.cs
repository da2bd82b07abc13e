using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Cluster.Nodes;

namespace Unbounded.Agent.Cluster;

/// <summary>Test classes of this collection run one after the other and share one control plane and one node.</summary>
[CollectionDefinition(Name)]
public sealed class OnTheCluster : ICollectionFixture<ControlPlane>, ICollectionFixture<JoinedNode>
{
    public const string Name = "the cluster";
}
