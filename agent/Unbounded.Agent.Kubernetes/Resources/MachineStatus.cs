namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>What a machine is, for people, tools and the status subresource. Immutable; its writers hide what looks like a secret.</summary>
public sealed record MachineStatus
{
    /// <summary>For people: it follows the state and never drives it.</summary>
    public MachinePhase Phase { get; init; }

    /// <summary>One sentence about the phase.</summary>
    public string? Message { get; init; }

    /// <summary>Generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>What was applied.</summary>
    public AgentStatus? Agent { get; init; }

    /// <summary>Operations that were carried out.</summary>
    public OperationsStatus? Operations { get; init; }

    /// <summary>Slot whose node software may run.</summary>
    public string? ActiveSlot { get; init; }

    /// <summary>Image of the target that is being worked on or that failed last.</summary>
    public string? TargetImage { get; init; }

    /// <summary>Attempts at that target.</summary>
    public int? Attempts { get; init; }

    /// <summary>Every slot.</summary>
    public IReadOnlyList<SlotStatus>? Slots { get; init; }

    /// <summary>The last transition, its times measured.</summary>
    public TransitionStatus? LastTransition { get; init; }

    /// <summary>The last error; null once it is history.</summary>
    public ErrorStatus? LastError { get; init; }

    /// <summary>Conditions by Kubernetes' conventions, one of each type.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>Phases of a machine, for people.</summary>
public enum MachinePhase
{
    /// <summary>Nothing was done yet.</summary>
    Pending,

    /// <summary>The active side is being restarted.</summary>
    Rebooting,

    /// <summary>A side is being prepared or swapped in.</summary>
    Provisioning,

    /// <summary>The kubelet runs, its Node is not ready yet.</summary>
    Joining,

    /// <summary>The node works.</summary>
    Ready,

    /// <summary>The target was given up; the node may well work on its old side.</summary>
    Failed,
}

/// <summary>What was applied.</summary>
/// <param name="Image">Reference of the active side's image.</param>
public sealed record AgentStatus(string? Image);

/// <summary>Operations that were carried out.</summary>
/// <param name="RebootCounter">The spec's value that was last carried out.</param>
/// <param name="RepaveCounter">The spec's value that was last carried out.</param>
public sealed record OperationsStatus(long RebootCounter, long RepaveCounter);

/// <summary>One slot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is: Empty, Partial, Complete, HeldBack, Running or Down.</param>
/// <param name="Image">Reference of its image, null when unknown.</param>
/// <param name="Digest">Digest of that image, null when unknown.</param>
/// <param name="KubernetesVersion">Version in it, null when unknown.</param>
public sealed record SlotStatus(string Name, string State, string? Image = null, string? Digest = null, string? KubernetesVersion = null);

/// <summary>A transition.</summary>
public sealed record TransitionStatus
{
    /// <summary>Slot it started from; null at the first install.</summary>
    public string? From { get; init; }

    /// <summary>Slot it was to end in.</summary>
    public required string To { get; init; }

    /// <summary>How it ended: Succeeded, RolledBack or Failed; null while it goes on.</summary>
    public string? Result { get; init; }

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Measured downtime of the kubelet, in milliseconds; null when it was not interrupted or not measured.</summary>
    public long? DowntimeMilliseconds { get; init; }

    /// <summary>Its steps in their order.</summary>
    public IReadOnlyList<StepStatus> Steps { get; init; } = [];
}

/// <summary>A step of a transition.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record StepStatus(string Name, long Milliseconds);

/// <summary>An error as it is published.</summary>
/// <param name="Code">The stable code, <c>UBA-nnnn</c>.</param>
/// <param name="Message">What failed.</param>
/// <param name="Cause">Why.</param>
/// <param name="NextStep">What the reader can do.</param>
public sealed record ErrorStatus(string Code, string Message, string Cause, string NextStep);

/// <summary>A condition (meta/v1).</summary>
/// <param name="Type">CamelCase type.</param>
/// <param name="Status">Whether it holds.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">For people.</param>
/// <param name="LastTransitionTime">When <paramref name="Status"/> last changed, UTC.</param>
/// <param name="ObservedGeneration">Generation of the spec it is about.</param>
public sealed record Condition(
    string Type,
    ConditionStatus Status,
    string Reason,
    string Message,
    DateTimeOffset LastTransitionTime,
    long? ObservedGeneration = null);

/// <summary>Whether a condition holds.</summary>
public enum ConditionStatus
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>It does not.</summary>
    False,

    /// <summary>It does.</summary>
    True,
}
