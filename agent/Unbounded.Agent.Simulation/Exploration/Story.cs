using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>What happens to an agent: enough to make it happen again.</summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Cuts">Its ends, one after the other.</param>
/// <param name="Fault">Calls to the file system that fail in the beginning; null for none.</param>
internal sealed record Story(string Scenario, IReadOnlyList<Cut> Cuts, Fault? Fault = null)
{
    /// <summary>The story with one more cut.</summary>
    public Story With(Cut cut) => this with { Cuts = [.. Cuts, cut] };
}
