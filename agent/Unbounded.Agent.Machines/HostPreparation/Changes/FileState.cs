using Unbounded.Agent.Machines.HostPreparation.Host;

namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>What was at a path before.</summary>
/// <param name="Found">What was there, null when nothing, or nothing worth keeping.</param>
/// <param name="CreatedDirectories">Parents that were missing, outermost first.</param>
internal sealed record FileState(HostFileInfo? Found, IReadOnlyList<string> CreatedDirectories)
{
    /// <summary>Digests of what the agent may have put there; null in the journal of an agent that did not note it.</summary>
    public IReadOnlyList<string>? Own { get; init; }

    /// <summary>
    /// Whether the file was written to the end: what is changed in it from then on is the agent's configuration. Until then anything but the agent's own
    /// content is an owner's, also where it came after a crash.
    /// </summary>
    public bool Settled { get; init; }
}
