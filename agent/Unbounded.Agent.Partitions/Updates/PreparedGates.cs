namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What stands against activating a version that was prepared.</summary>
/// <param name="Lasting">What forbids the version itself, one sentence each: blocked, withdrawn, or not to be updated to from what runs.</param>
/// <param name="Label">The node's label that keeps it back; null when none does.</param>
/// <param name="Window">When the maintenance window opens; null when it is open.</param>
internal sealed record PreparedGates(IReadOnlyList<string> Lasting, string? Label, string? Window)
{
    /// <summary>All of it.</summary>
    public IReadOnlyList<string> All => [.. Lasting, .. new[] { Label, Window }.OfType<string>()];
}
