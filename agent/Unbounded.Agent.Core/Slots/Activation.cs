namespace Unbounded.Agent.Core.Slots;

/// <summary>How an activation or a revert ended.</summary>
public enum Activation
{
    /// <summary>The slot's node software was started in this process' lifetime: verification follows.</summary>
    Started,

    /// <summary>The host is going down to boot the slot: this process ends, and the next one observes what booted.</summary>
    EndsProcess,
}
