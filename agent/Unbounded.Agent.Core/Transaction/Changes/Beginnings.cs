using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Changes;

/// <summary>How the record changes when something begins. Pure: from one record to the next.</summary>
internal static class Beginnings
{
    /// <summary>A node that another agent set up: its side becomes the active one, exactly as it was found.</summary>
    public static AgentRecord Adopt(Adoption adoption, DateTimeOffset now) => new()
    {
        Active = new()
        {
            Slot = adoption.Config.Slot,
            Version = adoption.Config.Version,
            Image = adoption.Config.Image,
            AppliedConfig = adoption.Config.Content,
            Since = now,
        },
        Counters = adoption.Counters,
        State = new() { ToVersion = adoption.Config.Version, UpdatedAt = now },
        PublicationPending = true,
    };

    /// <summary>A transition begins: its target is frozen, its attempt is counted.</summary>
    /// <exception cref="InvalidOperationException">The record lacks the side that a rollback or a restart is about.</exception>
    public static AgentRecord Begin(AgentRecord? record, NewTransition t, string hostBootId, DateTimeOffset now)
    {
        record ??= new();
        var target = t.Target is { } fresh
            ? FrozenTarget.Freeze(fresh, new(AppliedConfig.Serialize(fresh.Config)))
            : Kept(record, t);
        var next = record with
        {
            Transition = new()
            {
                Kind = t.Kind,
                From = t.From,
                To = t.To,
                Target = target,
                Step = StepKind.Begin,
                StepState = StepState.Done,
                HostBootId = hostBootId,
                StartedAt = now,
                Observes = t.Observes,
                Request = t.Request,
                Holds = t.Holds,
                RetryNonce = t.Policy.RetryNonce,
            },
        };
        if (t.Kind == TransitionKind.Restart)
        {
            return next;
        }

        var sameTarget = record.Attempts is { Used: > 0 } a && a.Fingerprint == target.Fingerprint;
        next = next with { State = record.State.BeginAttempt(record.Active?.Version ?? "", target.Version, sameTarget, now) };
        return t.Kind == TransitionKind.Rollback
            ? next with { RequestAttempts = Counted(record.RequestAttempts, t.Request ?? "", retryNonce: null) }
            : next with { Attempts = Counted(record.Attempts, target.Fingerprint, t.Policy.RetryNonce) };
    }

    /// <summary>An interrupted transition goes on; a crash is counted before the resume is tried (law 6).</summary>
    public static AgentRecord Resume(AgentRecord record, bool counted)
    {
        var t = record.Transition!;
        var next = record with { Transition = t with { Suspended = false, Resumes = t.Resumes + (counted ? 1 : 0) } };
        return t.Kind switch
        {
            _ when !counted => next,
            TransitionKind.Restart => next,
            TransitionKind.Rollback => next with { RequestAttempts = OneMore(record.RequestAttempts) },
            _ => next with { Attempts = OneMore(record.Attempts) },
        };
    }

    private static TargetAttempts? OneMore(TargetAttempts? attempts) => attempts is null ? null : attempts with { Used = attempts.Used + 1 };

    private static TargetAttempts Counted(TargetAttempts? attempts, string fingerprint, string? retryNonce) =>
        attempts is not null && attempts.IsAbout(fingerprint, retryNonce)
            ? attempts with { Used = attempts.Used + 1, RetryAt = null }
            : new() { Fingerprint = fingerprint, RetryNonce = retryNonce, Used = 1 };

    // The target of a side that was committed before is what the record keeps of it.
    private static FrozenTarget Kept(AgentRecord record, NewTransition t)
    {
        var side = record.Previous?.Slot == t.To ? record.Previous : record.Active?.Slot == t.To ? record.Active : null;
        if (side is null)
        {
            throw new InvalidOperationException($"the record keeps no side in {t.To}");
        }

        var config = AppliedConfig.Load($"{side.Slot}-applied-config.json", side.AppliedConfig.Memory.ToArray(), sidecar: null).Config;
        return FrozenTarget.Freeze(new Target(side.Fingerprint ?? $"adopted-{side.AppliedConfig.Sha256}", config, t.Policy), side.AppliedConfig);
    }
}
