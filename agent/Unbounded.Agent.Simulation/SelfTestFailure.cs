namespace Unbounded.Agent.Simulation;

/// <summary>A story in which a law was broken.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Law">What was broken.</param>
/// <param name="Story">The shortest story found that breaks it, effect by effect.</param>
public sealed record SelfTestFailure(string Scenario, string Law, string Story);
