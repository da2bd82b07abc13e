namespace Unbounded.Agent.Simulation;

/// <summary>A story in which a law was broken.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Law">What was broken.</param>
/// <param name="Story">The shortest story found that breaks it, effect by effect.</param>
/// <param name="Replay">The same in short: <see cref="SelfTest.Replay"/> makes it happen again.</param>
public sealed record SelfTestFailure(string Scenario, string Law, string Story, string Replay);
