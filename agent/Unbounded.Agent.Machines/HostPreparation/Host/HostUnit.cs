namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>A unit of the host.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="LoadState"><c>loaded</c>, <c>not-found</c>, <c>masked</c>, …</param>
/// <param name="ActiveState"><c>active</c>, <c>inactive</c>, <c>failed</c>, …</param>
/// <param name="FileState"><c>enabled</c>, <c>disabled</c>, <c>masked</c>, <c>static</c>, <c>generated</c>, …, or empty.</param>
public sealed record HostUnit(string Name, string LoadState, string ActiveState, string FileState)
{
    /// <summary>Whether systemd knows a unit of that name.</summary>
    public bool Exists => LoadState is not "not-found";

    /// <summary>Whether it runs, or is about to.</summary>
    public bool IsActive => ActiveState is "active" or "activating" or "reloading";

    /// <summary>Whether a link to <c>/dev/null</c> keeps it from being started.</summary>
    public bool IsMasked => FileState is "masked" || LoadState is "masked";

    /// <summary>Whether the host starts it by itself.</summary>
    public bool IsEnabled => FileState is "enabled" or "linked" or "alias";
}
