namespace Unbounded.Agent.Cluster.Identity;

/// <summary>The certificate that this host keeps.</summary>
/// <param name="From">From when it is good, UTC.</param>
/// <param name="Until">Until when, UTC.</param>
/// <param name="Foreign">Why it is not this machine's in this cluster; null: it is.</param>
internal sealed record KeptIdentity(DateTimeOffset From, DateTimeOffset Until, string? Foreign)
{
    /// <summary>Whether a server can be asked with it.</summary>
    public bool IsGoodAt(DateTimeOffset instant) => Foreign is null && instant < Until;
}
