namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What a person asks of <c>update apply</c>.</summary>
/// <param name="Version">A certain version; null for the newest.</param>
/// <param name="Force">Skip the maintenance window and the node's label, and nothing else.</param>
/// <param name="AllowDowngrade">Whether an older version may be installed.</param>
/// <param name="Retry">Try a target again that failed before.</param>
public sealed record UpdateRequest(string? Version = null, bool Force = false, bool AllowDowngrade = false, bool Retry = false);
