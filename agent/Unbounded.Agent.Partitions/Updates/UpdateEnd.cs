using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What a step of an update came to.</summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Summary">For people, one sentence without a final period.</param>
/// <param name="Reboots">Whether the host is going down to boot the other slot.</param>
public sealed record UpdateEnd(UpdateState State, string Summary, bool Reboots = false)
{
    /// <summary>What was checked, for a health check.</summary>
    public IReadOnlyList<CheckReport> Checks { get; init; } = [];

    /// <summary>Whether what was asked for is so: false for a health check that failed.</summary>
    public bool Succeeded { get; init; } = true;

    /// <summary>What keeps a host that updates itself from going on, where somebody can do something about it; null: nothing.</summary>
    public ErrorRecord? Problem { get; init; }

    /// <summary>When it is worth while to look again, UTC; null: at the usual time.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }
}
