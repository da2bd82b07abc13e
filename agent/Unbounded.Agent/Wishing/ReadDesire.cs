using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Wishing;

/// <summary>A desired state that was read, and what is odd about it.</summary>
/// <param name="State">The desired state.</param>
/// <param name="Warnings">One sentence each, with the file's name.</param>
internal sealed record ReadDesire(DesiredState State, IReadOnlyList<string> Warnings);
