using Unbounded.Agent.Machines.Cluster;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>The Node as this host last knew it, kept so that its deletion is seen even when the daemon did not run at that instant.</summary>
/// <param name="Uid">The server's identity of it.</param>
/// <param name="Deleted">Whether somebody deleted that one.</param>
/// <param name="After">When the transition began that was the last at that time; null: there was none.</param>
internal sealed record KnownNode(string Uid, bool Deleted = false, DateTimeOffset? After = null)
{
    /// <summary>Whether a Node is this one.</summary>
    public ClusterNodeSameness SamenessOf(string? uid) => uid != Uid ? ClusterNodeSameness.Another : Deleted ? ClusterNodeSameness.Deleted : ClusterNodeSameness.Same;

    /// <summary>What is known after a look. A pure function.</summary>
    /// <param name="known">What was known; null: nothing.</param>
    /// <param name="uid">The Node's identity now; null: there is no Node.</param>
    /// <param name="last">When the last transition that ended had begun.</param>
    /// <param name="idle">Whether there is nothing to update.</param>
    public static KnownNode? Look(KnownNode? known, string? uid, DateTimeOffset? last, bool idle)
    {
        if (known is null)
            return uid is null ? null : new(uid);
        if (!known.Deleted)
            return uid == known.Uid ? known : known with { Deleted = true, After = last };
        // One deletion asks for one update: it was carried out or tried, or there was none to ask for.
        return uid is not null && uid != known.Uid && (idle || last != known.After) ? new(uid) : known;
    }
}
