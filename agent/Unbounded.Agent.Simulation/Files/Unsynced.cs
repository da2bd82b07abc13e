namespace Unbounded.Agent.Simulation.Files;

/// <summary>One write that a power cut may undo.</summary>
/// <param name="Text">Tells which, for people.</param>
/// <param name="Outcomes">What may become of it.</param>
internal sealed record Unsynced(Func<string> Text, IReadOnlyList<Outcome> Outcomes);
