using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What another agent left on a host that has no record: one applied config, or the reason why none can be used.</summary>
/// <param name="Config">The applied config; null when there is none, or none that can be used.</param>
/// <param name="Problem">Why not: several of them, a wrong checksum, not understood; null when nothing is wrong.</param>
public sealed record Discovery(FoundConfig? Config, ErrorRecord? Problem = null)
{
    /// <summary>Nothing was found.</summary>
    public static Discovery Nothing { get; } = new((FoundConfig?)null);
}
