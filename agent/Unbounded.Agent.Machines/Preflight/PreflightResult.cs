namespace Unbounded.Agent.Machines.Preflight;

/// <summary>One line of the report.</summary>
/// <param name="Name">The check.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="NextStep">What to do, null for nothing.</param>
/// <param name="Duration">How long it took.</param>
public sealed record PreflightResult(string Name, PreflightStatus Status, string Evidence, string? NextStep, TimeSpan Duration);
