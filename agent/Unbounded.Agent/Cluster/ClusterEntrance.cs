using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Cluster;

/// <summary>A way into a cluster.</summary>
/// <param name="Endpoint">The server, and who asks.</param>
/// <param name="Kind">By what right.</param>
internal sealed record ClusterEntrance(ClusterEndpoint Endpoint, EntranceKind Kind);

/// <summary>By what right a server is asked.</summary>
internal enum EntranceKind
{
    /// <summary>A kubeconfig that somebody put there, and renews.</summary>
    Kubeconfig,

    /// <summary>The certificate that was issued to this machine.</summary>
    OwnIdentity,

    /// <summary>The bootstrap token: to ask for a certificate, and for nothing else.</summary>
    Bootstrap,
}
