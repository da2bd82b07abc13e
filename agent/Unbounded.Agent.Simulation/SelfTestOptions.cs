namespace Unbounded.Agent.Simulation;

/// <summary>What to explore.</summary>
/// <param name="States">How many crash states. Those of single cuts come first: every one of them from 60,000 states on, an even sample below.</param>
/// <param name="Seed">Decides which are sampled, and the order of what follows: the same seed explores the same states.</param>
public sealed record SelfTestOptions(long States, int Seed);
