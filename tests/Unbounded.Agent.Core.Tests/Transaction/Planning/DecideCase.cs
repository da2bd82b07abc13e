using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Tests.Transaction.Records;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using static Unbounded.Agent.Simulation.Worlds.Samples;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

/// <summary>One row of the table: a situation and what is decided in it.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Kind">The kind of the plan.</param>
/// <param name="Steps">Its steps, by name, in order; a step with a slot reads <c>prepare:kube2</c>.</param>
internal sealed record DecideCase(string Name, PlanKind Kind, string Steps)
{
    public AgentRecord? Record { get; init; } = SampleRecords.AtRest();

    public Desired? Desired { get; init; } = Wanted.Nothing;

    public SlotsObservation Slots { get; init; } = Seen();

    public Discovery Discovered { get; init; } = Discovery.Nothing;

    public Requests Requests { get; init; } = Requests.None;

    public DateTimeOffset Now { get; init; } = SampleRecords.Now;

    /// <summary>A part of the summary, null when it does not matter.</summary>
    public string? Says { get; init; }

    /// <summary>The code of the refusal, null when there is none.</summary>
    public string? Refusal { get; init; }

    public DateTimeOffset? LookAgainAt { get; init; }

    public string? Answers { get; init; }

    /// <summary>The request that stays, null when none does.</summary>
    public string? Waits { get; init; }

    /// <summary>kube1 runs and boots next, kube2 is empty; what differs is given.</summary>
    public static SlotsObservation Seen(
        SlotState kube1 = SlotState.Running,
        SlotState kube2 = SlotState.Empty,
        string? permitted = "kube1",
        string? bootsNext = "kube1",
        string boot = "boot-1",
        bool bootDecides = false) =>
        new(
            boot,
            permitted is null ? null : new(permitted),
            bootsNext is null ? null : new(bootsNext),
            [new(Kube1, kube1), new(Kube2, kube2, SizeBytes: kube2 == SlotState.Empty ? null : 412L << 20)])
        {
            BootDecides = bootDecides,
            HandoverNotes = ["emptyDir volumes on disk are kept, those in memory are lost"],
        };

    public Plan Decide() => Planner.Decide(Record, Desired, new(Slots, Discovered, Requests), Now);

    public override string ToString() => Name;
}

/// <summary>Desired states, as they compare with the active side 1.30.0.</summary>
internal static class Wanted
{
    public static Desired Nothing => new(Target("1.30.0"), new(0, 0), []);

    public static Desired Swap(Func<UpdatePolicy, UpdatePolicy>? policy = null) =>
        new(Target("1.31.0", policy: policy?.Invoke(Policy) ?? Policy), new(0, 0), ["$.Cluster.Version: 1.30.0 -> 1.31.0"]);

    public static Desired Live => Nothing with { Live = Target("1.30.0") };
}
