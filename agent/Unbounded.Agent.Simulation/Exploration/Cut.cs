using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>An agent's end before its time.</summary>
/// <param name="At">The effect after which it ends, counted from the start of the story or from the cut before.</param>
/// <param name="Outcomes">What the power cut made of each unsynced write; null when only the agent was killed and the host goes on.</param>
internal sealed record Cut(int At, IReadOnlyList<Outcome>? Outcomes)
{
    public bool IsKill => Outcomes is null;
}
