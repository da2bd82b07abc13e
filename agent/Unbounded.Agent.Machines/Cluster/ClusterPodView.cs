namespace Unbounded.Agent.Machines.Cluster;

/// <summary>A pod's health (core/v1, <c>status</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Phase"><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</param>
/// <param name="IsReady">Whether its condition Ready is True.</param>
/// <param name="Containers">Identities of its containers that run.</param>
public sealed record ClusterPodView(string Name, string Phase, bool IsReady, IReadOnlyList<string> Containers)
{
    /// <summary>Whether it is being deleted.</summary>
    public bool IsEnding { get; init; }

    /// <summary>Why it is as it is, in the words of its status; empty when that says nothing.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When the oldest of those containers started, in whole seconds; null: none runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether a pod of this name ran here and was Ready before the handover; null: not known.</summary>
    public bool? WasSettled { get; init; }

    /// <summary>Whether one of those containers ran already before the handover: then this was told by the old kubelet. Null: not known.</summary>
    public bool? RanBefore { get; init; }
}
