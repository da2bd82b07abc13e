using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>What was at a path before.</summary>
/// <param name="Found">What was there, null when nothing, or nothing worth keeping.</param>
/// <param name="CreatedDirectories">Parents that were missing, outermost first.</param>
internal sealed record FileState(HostFileInfo? Found, IReadOnlyList<string> CreatedDirectories);
