using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Changes;

/// <summary>The steps of a plan that change nothing but the record. Pure.</summary>
internal static class RecordSteps
{
    /// <summary>Whether a kind of step does something outside the record.</summary>
    public static bool IsEffect(StepKind kind) => kind is not (
        StepKind.Adopt or StepKind.Begin or StepKind.Resume or StepKind.GiveUp or StepKind.Conclude or StepKind.AcceptBooted
        or StepKind.ObserveCounters or StepKind.Forget);

    /// <summary>The record after the step; null when the step is not one of these.</summary>
    public static AgentRecord? Apply(AgentRecord? record, Plan plan, PlanStep step, string hostBootId, DateTimeOffset now) => step.Kind switch
    {
        StepKind.Adopt => Beginnings.Adopt(plan.Adopts!, now),
        StepKind.Begin => Beginnings.Begin(record, plan.Transition!, hostBootId, now),
        StepKind.Resume => Beginnings.Resume(record!, step.Counted),
        StepKind.GiveUp => Turns.GiveUp(record!, step.Error!, step.TargetFailed),
        StepKind.Conclude => Endings.Conclude(record!, now),
        StepKind.AcceptBooted => Endings.AcceptBooted(record!, plan.RetryNonce, now),
        StepKind.ObserveCounters => record! with { Counters = plan.Counters, PublicationPending = true },
        StepKind.Forget => record! with { Attempts = null },
        _ => null,
    };
}
