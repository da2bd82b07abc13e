namespace Unbounded.Agent.SlotsServer;

/// <summary>What can be asked of the backend: the methods of <c>ISlots</c>, and one look at one of its checks.</summary>
public enum Verb
{
    Inspect,
    Prepare,
    Deactivate,
    Activate,
    Checks,
    Check,
    Commit,
    Revert,
    Retire,
    Release,
    Revive,
    Restart,
    ApplyLive,
}
