namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>How long a part of a step took.</summary>
/// <param name="Name">Short and stable, lowercase with dashes.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record SubStepTiming(string Name, long Milliseconds);
