using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Changes;

/// <summary>How the record changes when something ends. Pure.</summary>
internal static class Endings
{
    /// <summary>The transition ends with its result, which is to be published (law 4).</summary>
    public static AgentRecord Conclude(AgentRecord record, DateTimeOffset now)
    {
        var t = record.Transition!;
        var result = t.GivenUp is null ? TransitionResult.Succeeded
            : t.HandoverBegun && t.Kind != TransitionKind.Restart ? TransitionResult.RolledBack
            : TransitionResult.Failed;
        var succeeded = result == TransitionResult.Succeeded;
        return record with
        {
            Transition = null,
            LastTransition = Summary(t, result, now),
            State = Ended(record.State, t, result, now),
            Attempts = Attempts(record.Attempts, t, succeeded, now),
            Counters = succeeded || t.Kind == TransitionKind.Restart ? t.Observes ?? record.Counters : record.Counters,
            MeasuredDowntimeMilliseconds = succeeded && t.Kind is TransitionKind.Swap or TransitionKind.Repave
                ? t.DowntimeMilliseconds ?? record.MeasuredDowntimeMilliseconds
                : record.MeasuredDowntimeMilliseconds,
            Repair = t.Kind == TransitionKind.Restart && !succeeded ? new(StepKind.Restore, 0, now, t.GivenUp) : Left(record, succeeded),
            RequestAttempts = t.Kind == TransitionKind.Rollback ? Tried(record.RequestAttempts, t, succeeded, now) : record.RequestAttempts,
            PublicationPending = true,
        };
    }

    /// <summary>The host fell back to the side before: it is the active one now, and what the other held is not tried again.</summary>
    public static AgentRecord AcceptBooted(AgentRecord record, string? retryNonce, DateTimeOffset now)
    {
        var failed = record.Active!;
        var error = new ErrorRecord(
            CoreErrors.FellBack.Id,
            $"The host fell back from {failed.Slot} to {record.Previous!.Slot}",
            $"{failed.Slot} did not boot any more",
            "Change the target, or retryNonce to try the same one again");
        return record with
        {
            Active = record.Previous with { Since = now },
            Previous = null,
            Leftovers = [failed.Slot],
            Attempts = failed.Fingerprint is { } f
                ? new() { Fingerprint = f, RetryNonce = retryNonce, Failed = true, Error = error }
                : record.Attempts,
            State = record.State with { LastError = error.ToString(), UpdatedAt = now },
            PublicationPending = true,
        };
    }

    /// <summary>What costs no swap was brought into the running side.</summary>
    public static AgentRecord AppliedLive(AgentRecord record, Target live) => record with
    {
        Active = record.Active! with
        {
            Fingerprint = record.Active.Fingerprint ?? live.Fingerprint,
            AppliedConfig = new(AppliedConfig.Serialize(live.Config)),
        },
        PublicationPending = true,
    };

    /// <summary>The active side is about to be brought back (law 1).</summary>
    public static AgentRecord RepairBegins(AgentRecord record, DateTimeOffset now) =>
        record with { Repair = record.Repair is { Step: StepKind.Restore } ? record.Repair : new(StepKind.Restore, 0, now, null) };

    /// <summary>A repair failed: not tried again before a while.</summary>
    public static AgentRecord RepairFailed(AgentRecord record, StepKind step, ErrorRecord error, DateTimeOffset now)
    {
        var failures = (record.Repair is { } r && r.Step == step ? r.Failures : 0) + 1;
        return record with { Repair = new(step, failures, Budget.RetryAt(failures, now), error), PublicationPending = true };
    }

    /// <summary>A repair succeeded.</summary>
    public static AgentRecord Repaired(AgentRecord record, PlanStep step) => record with
    {
        Repair = record.Repair?.Step == step.Kind ? null : record.Repair,
        Leftovers = step.Kind == StepKind.Release ? [.. record.Leftovers.Where(s => s != step.Slot)] : record.Leftovers,
        PublicationPending = true,
    };

    // A repair that the transition made needless would be told of for ever: nothing tries it again. One that is still due after a success is found anew.
    private static RepairRecord? Left(AgentRecord record, bool succeeded) =>
        succeeded || record.Repair is { Step: StepKind.Release } && record.Leftovers.Count == 0 ? null : record.Repair;

    private static UpdateState Ended(UpdateState state, TransitionRecord t, TransitionResult result, DateTimeOffset now) => result switch
    {
        _ when t.Kind == TransitionKind.Restart => state,
        TransitionResult.Succeeded => state.Enter(Phase.Success, now),
        TransitionResult.RolledBack => state.End(Phase.RolledBack, t.GivenUp!.ToString(), now),
        _ => state.End(Phase.Failed, t.GivenUp!.ToString(), now),
    };

    private static TargetAttempts? Attempts(TargetAttempts? attempts, TransitionRecord t, bool succeeded, DateTimeOffset now) => t.Kind switch
    {
        TransitionKind.Restart => attempts,
        TransitionKind.Rollback when !succeeded => attempts,
        TransitionKind.Rollback => t.Holds is { } held
            ? new() { Fingerprint = held, RetryNonce = t.RetryNonce, Failed = true, Error = LeftOnRequest(t.From!.Value) }
            : null,
        _ => Tried(attempts, t, succeeded, now),
    };

    private static TargetAttempts? Tried(TargetAttempts? attempts, TransitionRecord t, bool succeeded, DateTimeOffset now)
    {
        if (succeeded || attempts is null)
        {
            return null;
        }

        var tried = attempts with { Away = attempts.Away + (t.SourceAway ? 1 : 0), RetryAt = Budget.RetryAt(attempts.Used, now), Error = t.GivenUp };
        return tried with { Failed = t.TargetFailed || tried.Counted >= t.Target.Thaw().Policy.Rollback.MaxAttempts };
    }

    private static ErrorRecord LeftOnRequest(SlotName from) => new(
        CoreErrors.LeftOnRequest.Id,
        $"{from} was left by a rollback on request",
        "a rollback holds what it leaves, or the next look at the desired state would undo it",
        "Change the target, or retryNonce to go to the same one again");

    private static TransitionSummary Summary(TransitionRecord t, TransitionResult result, DateTimeOffset now) => new()
    {
        Kind = t.Kind,
        From = t.From,
        To = t.To,
        Fingerprint = t.Target.Fingerprint,
        Version = t.Target.Version,
        Image = t.Target.Image,
        Result = result,
        StartedAt = t.StartedAt,
        FinishedAt = now,
        DowntimeMilliseconds = t.DowntimeMilliseconds,
        Resumes = t.Resumes,
        Error = t.GivenUp,
        RevertVerified = t.RevertVerified,
        Steps = t.Steps,
        Evidence = t.Evidence,
        Warnings = t.Warnings,
        Request = t.Request,
    };
}
