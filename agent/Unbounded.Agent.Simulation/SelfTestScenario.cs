namespace Unbounded.Agent.Simulation;

/// <summary>How much of one scenario was explored.</summary>
/// <param name="Name">The scenario: a kind of host and what the agent does on it.</param>
/// <param name="States">Crash states.</param>
public sealed record SelfTestScenario(string Name, long States);
