namespace Unbounded.Agent.Core.Verification;

/// <summary>What the gate saw of one check, last.</summary>
/// <param name="Name">The check.</param>
/// <param name="Outcome">Passed, not yet, or never.</param>
/// <param name="Evidence">What was seen, one line, free of secrets.</param>
/// <param name="Milliseconds">How long the last evaluation took.</param>
/// <param name="Evaluations">How often it was asked.</param>
public sealed record CheckReport(string Name, CheckOutcome Outcome, string Evidence, long Milliseconds, int Evaluations);
