using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Machines.Cluster;

/// <summary>What the API server says of this host's Node, for the gate.</summary>
public interface IClusterNode
{
    /// <summary>Whether the daemon follows a cluster as somebody who may read the Node; else nothing is asked.</summary>
    bool IsFollowed { get; }

    /// <summary>The Node as it was told of last; null: there is none, as far as is known.</summary>
    ClusterNodeView? Latest { get; }

    /// <summary>Asks for the Node; null: there is none.</summary>
    /// <exception cref="AgentException">52xx: it could not be read.</exception>
    Task<ClusterNodeView?> AskAsync(CancellationToken cancellationToken);

    /// <summary>Asks when the Node's Lease was renewed last; null: the cluster keeps none.</summary>
    /// <exception cref="AgentException">52xx: it could not be read.</exception>
    Task<DateTimeOffset?> AskRenewedAsync(CancellationToken cancellationToken);

    /// <summary>Asks for the pods of kube-system on this Node.</summary>
    /// <exception cref="AgentException">52xx: they could not be read.</exception>
    Task<IReadOnlyList<ClusterPodView>> AskSystemPodsAsync(CancellationToken cancellationToken);
}

/// <summary>A Node's health (core/v1, <c>status</c>).</summary>
/// <param name="BootId">Boot ID that its kubelet gave.</param>
/// <param name="KubeletVersion">Version that its kubelet gave, with its <c>v</c>.</param>
/// <param name="IsReady">Whether its condition Ready is True.</param>
/// <param name="Message">What that condition says.</param>
/// <param name="WasReady">Whether it was Ready under the boot ID before this one; null: not known.</param>
public sealed record ClusterNodeView(string? BootId, string? KubeletVersion, bool IsReady, string Message, bool? WasReady)
{
    /// <summary>Whether it is the object that this host had before (its UID); null: not known.</summary>
    public ClusterNodeSameness? Sameness { get; init; }
}

/// <summary>Whether a Node is the object that was there before, by its UID.</summary>
public enum ClusterNodeSameness
{
    /// <summary>The same.</summary>
    Same,

    /// <summary>Another one: the one before was deleted.</summary>
    Another,

    /// <summary>The one that somebody deleted, as a server that lags behind still tells it.</summary>
    Deleted,
}
