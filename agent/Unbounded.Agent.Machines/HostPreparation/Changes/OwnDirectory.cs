namespace Unbounded.Agent.Machines.HostPreparation.Changes;

/// <summary>A directory that installing makes.</summary>
/// <param name="Path">Its path; its parent is listed before it, or is everybody's.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record OwnDirectory(string Path, UnixFileMode Mode)
{
    /// <summary>Whether one that is there gets these permissions, too: an earlier agent made it with others.</summary>
    public bool Repaired { get; init; }
}
