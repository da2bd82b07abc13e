namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What people and other controllers asked for. Durable until carried out and published (law 4).</summary>
public sealed record Requests
{
    /// <summary>Nothing was asked for.</summary>
    public static Requests None { get; } = new();

    /// <summary>Identity of a request to go back to the previous side, null when there is none.</summary>
    public string? Rollback { get; init; }

    /// <summary>Identity of a request to update now, whatever the strategy says; null when there is none.</summary>
    public string? Update { get; init; }

    /// <summary>Whether the update request also skips the maintenance window.</summary>
    public bool IgnoreWindow { get; init; }

    /// <summary>Whether somebody else deleted the Node object (strategy OnDelete); null when that can't be seen, for want of a connection to an API server.</summary>
    public bool? NodeDeleted { get; init; }

    /// <summary>Identities of those of them that have one.</summary>
    public IEnumerable<string> Identities => new[] { Rollback, Update }.OfType<string>();
}
