namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>What a plan is for.</summary>
public enum PlanKind
{
    /// <summary>The node is as desired.</summary>
    Nothing,

    /// <summary>Something is to be done, but not yet: paused, window closed, strategy, backoff.</summary>
    Waiting,

    /// <summary>The desired target failed and is not tried again until it or the retry nonce changes.</summary>
    Held,

    /// <summary>A state in which the agent does nothing on its own; the refusal says what a person can do.</summary>
    Refused,

    /// <summary>The first side of the node, or one in place of a side whose content is gone.</summary>
    Install,

    /// <summary>A node that the ancestor set up is taken over, without a restart.</summary>
    Adopt,

    /// <summary>To the desired target.</summary>
    Swap,

    /// <summary>To the same configuration again.</summary>
    Repave,

    /// <summary>To the side before.</summary>
    Rollback,

    /// <summary>The active side again, in place.</summary>
    Restart,

    /// <summary>Labels and taints, without a swap.</summary>
    ApplyLive,

    /// <summary>An interrupted transition goes on.</summary>
    Resume,

    /// <summary>The active side, what the host boots or a slot is put right.</summary>
    Repair,

    /// <summary>Only a status is left to publish, or something to note in the record.</summary>
    Housekeeping,
}
