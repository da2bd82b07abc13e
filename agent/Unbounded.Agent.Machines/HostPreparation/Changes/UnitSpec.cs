namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>A unit that installing enables.</summary>
/// <param name="Name">Name of the change.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Purpose">Why, for people.</param>
internal sealed record UnitSpec(string Name, string Unit, string Purpose)
{
    /// <summary>Start it now, too.</summary>
    public bool Start { get; init; }

    /// <summary>The unit is the agent's own (or the ancestor's of the same name): however it was before, it goes with the node.</summary>
    public bool Own { get; init; }

    /// <summary>Files that it runs from: when one has changed, it is restarted.</summary>
    public IReadOnlyList<string> RestartOn { get; init; } = [];
}
