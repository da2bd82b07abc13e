namespace Unbounded.Agent.Integration.Kills;

/// <summary>One kill, as it is planned.</summary>
/// <param name="Number">Its number among those of its victim, from 1; those of a suite have gaps between them.</param>
/// <param name="Victim">What is killed.</param>
/// <param name="Course">What the agent is doing.</param>
/// <param name="Aim">The instant that is aimed at, null for any.</param>
/// <param name="Fraction">Where in the aim's spread, or in the whole course: 0 its beginning, 1 its end.</param>
internal sealed record Cut(int Number, Victim Victim, Course Course, Aim? Aim, double Fraction);
