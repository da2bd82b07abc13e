namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What a cluster says of this host's Node.</summary>
/// <param name="Labels">Its labels; null when they were not had.</param>
/// <param name="Why">Why not, a clause; null when they were.</param>
public sealed record NodeAnswer(IReadOnlyDictionary<string, string>? Labels, string? Why)
{
    /// <summary>Labels that keep a host from being updated when they are <c>true</c>: that of other updaters, and our own.</summary>
    public static IReadOnlyList<string> BlockingLabels { get; } = ["updates.kubesolo.io/block", "updates.unbounded-cloud.io/block"];

    /// <summary>Nobody was asked.</summary>
    public static NodeAnswer NotAsked { get; } = new(null, "there is no connection to an API server");

    /// <summary>The label that blocks; null when none does.</summary>
    public string? Blocking => BlockingLabels.FirstOrDefault(l => Labels?.GetValueOrDefault(l) == "true");
}
