namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>Directories that were missing before, outermost first.</summary>
/// <param name="Created">Their paths.</param>
internal sealed record DirectoriesState(IReadOnlyList<string> Created);
