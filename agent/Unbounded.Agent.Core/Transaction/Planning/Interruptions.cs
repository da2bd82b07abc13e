using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>Why a transition is given up that nothing in itself has failed.</summary>
internal static class Interruptions
{
    public static ErrorRecord Lost(TransitionRecord t, bool hostRebooted) => hostRebooted
        ? new(
            CoreErrors.HostRebooted.Id,
            $"The host rebooted before {t.To} was committed",
            t.From is { } from ? $"until the commit a reboot brings {from} back" : "a first side is not booted before its commit",
            "Nothing: the update is tried again within its attempts")
        : new(
            CoreErrors.SideLost.Id,
            $"{t.To} is no longer the side that may run",
            "something outside the agent moved the node back, or its content is gone",
            "Nothing: the update is tried again within its attempts");

    public static ErrorRecord TooMany(TransitionRecord t) => new(
        CoreErrors.TooManyInterruptions.Id,
        $"The {t.Kind} to {t.To} was interrupted too often",
        "the agent was killed or the host lost power each time it was tried",
        "Look in the journal for what ended the agent, then change the target or retryNonce");
}
