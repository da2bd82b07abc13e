using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>The steps that plans are made of.</summary>
[JsonConverter(typeof(StepKindJsonConverter))]
public enum StepKind
{
    /// <summary>Record: adopt a node that the ancestor set up.</summary>
    Adopt,

    /// <summary>Record: take over operation counters that were never seen, or went back.</summary>
    ObserveCounters,

    /// <summary>Record: forget a failed target, because the desired one is another now.</summary>
    Forget,

    /// <summary>Record: a transition begins, its target is frozen, the attempt is counted.</summary>
    Begin,

    /// <summary>Record: an interrupted transition goes on; counted before it is tried (law 6).</summary>
    Resume,

    /// <summary>Record: the transition is given up, and why.</summary>
    GiveUp,

    /// <summary>Effect: fill the alternate and boot it, held back.</summary>
    Prepare,

    /// <summary>Effect: boot the retained side again, held back.</summary>
    Revive,

    /// <summary>
    /// Effect: cordon the node and evict its pods. A record stays in the step before (an older agent, which knows no such step, goes on from there), and its
    /// time is a part of that step's.
    /// </summary>
    Drain,

    /// <summary>Effect: stop the old side's node software. The node is down from here.</summary>
    Deactivate,

    /// <summary>Effect: start the new side's node software.</summary>
    Activate,

    /// <summary>Effect: restart the active side in place.</summary>
    Restart,

    /// <summary>Wait: the verification gate.</summary>
    Verify,

    /// <summary>Effect: the point of no return.</summary>
    Commit,

    /// <summary>Effect: write the files that are derived from the record.</summary>
    WriteFiles,

    /// <summary>Effect: stop the old side, keep its content.</summary>
    Retire,

    /// <summary>Effect: give up the new side, put the old one back.</summary>
    Revert,

    /// <summary>Wait: the old side is verified after a revert.</summary>
    VerifyReverted,

    /// <summary>Effect: free a slot.</summary>
    Release,

    /// <summary>Effect: bring the active slot back to work.</summary>
    Restore,

    /// <summary>Record: the boot loader fell back; what booted is the active side now.</summary>
    AcceptBooted,

    /// <summary>Effect: make the host boot the active slot again.</summary>
    EnableActive,

    /// <summary>Effect: bring what costs no swap into the running side.</summary>
    ApplyLive,

    /// <summary>Record: the transition ends with its result.</summary>
    Conclude,

    /// <summary>Effect: the final status is published; only then is the intent cleared (law 4).</summary>
    Publish,
}

internal sealed class StepKindJsonConverter()
    : JsonStringEnumConverter<StepKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
