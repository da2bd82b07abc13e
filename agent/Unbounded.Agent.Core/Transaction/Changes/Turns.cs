using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Transaction.Changes;

/// <summary>How the record changes while a transition is on its way. Pure.</summary>
internal static class Turns
{
    /// <summary>Warnings that are kept of one transition.</summary>
    private const int WarningsKept = 20;

    /// <summary>A step's effect is about to begin (law 1).</summary>
    public static AgentRecord Intent(AgentRecord record, StepKind step, string hostBootId, DateTimeOffset now)
    {
        var t = record.Transition!;
        if (step == StepKind.Drain)
        {
            return record with { Transition = t with { HostBootId = hostBootId, Suspended = false, Drained = false } };
        }

        var next = record with
        {
            Transition = t with { Step = step, StepState = StepState.Intent, HostBootId = hostBootId, Suspended = false },
        };
        return step switch
        {
            StepKind.Prepare => Emptied(next, t.To) with { State = record.State.Enter(Phase.Downloading, now) },
            StepKind.Revive => next with { State = record.State.Enter(Phase.Downloading, now) },
            StepKind.Deactivate or StepKind.Activate => HandoverBegins(next, now),
            StepKind.Restart => next with { Transition = next.Transition! with { DownSince = now } },
            StepKind.Verify when t.Kind != TransitionKind.Restart => next with { State = record.State.Enter(Phase.Verifying, now) },
            StepKind.Commit => next with { Transition = next.Transition! with { CommitIntended = true } },
            _ => next,
        };
    }

    /// <summary>A step's effect has ended.</summary>
    public static AgentRecord Done(AgentRecord record, StepKind step, IReadOnlyList<StepTiming> timings, IReadOnlyList<string> warnings, DateTimeOffset now)
    {
        var t = record.Transition!;
        var next = record with
        {
            Transition = t with
            {
                Step = step,
                StepState = StepState.Done,
                Steps = Timed(t.Steps, timings),
                Warnings = Warned(t, warnings),
            },
        };
        return step switch
        {
            StepKind.Prepare or StepKind.Revive => next with { State = record.State.Enter(Phase.Staged, now) },
            StepKind.Commit => Committed(next, now),
            StepKind.Release => next with { Leftovers = [.. record.Leftovers.Where(s => s != t.To)] },
            _ => next,
        };
    }

    /// <summary>The node was drained, or does not have to be.</summary>
    public static AgentRecord Drained(AgentRecord record, bool drained, IReadOnlyList<StepTiming> timings, IReadOnlyList<string> warnings)
    {
        var t = record.Transition!;
        return record with { Transition = t with { Drained = drained, Steps = Timed(t.Steps, timings), Warnings = Warned(t, warnings) } };
    }

    /// <summary>Timings with more of them. A drain is a part of the preparation before it: an older agent knows no such step, and reads the record.</summary>
    public static IReadOnlyList<StepTiming> Timed(IReadOnlyList<StepTiming> before, IReadOnlyList<StepTiming> more)
    {
        List<StepTiming> all = [.. before];
        foreach (var timing in more)
        {
            if (timing.Step != StepKind.Drain)
            {
                all.Add(timing);
                continue;
            }

            var part = new SubStepTiming("drain", timing.Milliseconds);
            if (all is [.., { Step: StepKind.Prepare or StepKind.Revive } last])
            {
                all[^1] = last with { Milliseconds = last.Milliseconds + timing.Milliseconds, Parts = [.. last.Parts, part] };
            }
            else
            {
                all.Add(timing with { Step = StepKind.Prepare, Parts = [part] });
            }
        }

        return all;
    }

    /// <summary>The transition is given up, and why. The first reason stays.</summary>
    public static AgentRecord GiveUp(AgentRecord record, ErrorRecord error, bool targetFailed, bool sourceAway = false)
    {
        var t = record.Transition!;
        return record with
        {
            Transition = t.GivenUp is null ? t with { GivenUp = error, TargetFailed = targetFailed, SourceAway = sourceAway } : t,
        };
    }

    /// <summary>The gate broke off its settle window.</summary>
    public static AgentRecord HealthFailed(AgentRecord record, IReadOnlyList<CheckReport> checks, DateTimeOffset now) => record with
    {
        State = record.State.Phase is Phase.Verifying ? record.State.HealthFailed(now).Enter(Phase.Verifying, now) : record.State,
        Transition = record.Transition! with { Evidence = checks },
    };

    /// <summary>All checks pass again.</summary>
    public static AgentRecord HealthPassed(AgentRecord record, IReadOnlyList<CheckReport> checks, DateTimeOffset now) => record with
    {
        State = record.State.HealthPassed(now),
        Transition = record.Transition! with { Evidence = checks },
    };

    /// <summary>All checks that end a downtime passed for the first time: the node is up again.</summary>
    public static AgentRecord Up(AgentRecord record, TimeSpan downtime, IReadOnlyList<CheckReport> checks) => record with
    {
        Transition = record.Transition! with { DowntimeMilliseconds = (long)downtime.TotalMilliseconds, Evidence = checks },
    };

    private static IReadOnlyList<string> Warned(TransitionRecord t, IReadOnlyList<string> warnings) =>
        [.. t.Warnings.Concat(warnings).Distinct(StringComparer.Ordinal).Take(WarningsKept)];

    private static AgentRecord HandoverBegins(AgentRecord record, DateTimeOffset now)
    {
        var state = record.State.Phase is Phase.Activated or Phase.Verifying ? record.State : record.State.Enter(Phase.Activated, now);
        var t = record.Transition!;
        return record with
        {
            State = state,
            // A first side takes no other one down.
            Transition = t with { HandoverBegun = true, DownSince = t.From is null ? null : t.DownSince ?? now },
        };
    }

    // What the slot held goes with its preparation: from this save on there is no previous side to roll back to.
    private static AgentRecord Emptied(AgentRecord record, SlotName slot) => record with
    {
        Previous = record.Previous?.Slot == slot ? null : record.Previous,
        Leftovers = [.. record.Leftovers.Where(s => s != slot)],
    };

    private static AgentRecord Committed(AgentRecord record, DateTimeOffset now)
    {
        var t = record.Transition!;
        return record with
        {
            Active = new()
            {
                Slot = t.To,
                Fingerprint = t.Target.Fingerprint,
                Version = t.Target.Version,
                Image = t.Target.Image,
                AppliedConfig = t.Target.AppliedConfig,
                Since = now,
            },
            Previous = t.From is not null ? record.Active : null,
            Leftovers = t.From is null && record.Active is { } lost && lost.Slot != t.To
                ? [.. record.Leftovers.Append(lost.Slot).Distinct()]
                : record.Leftovers,
            Transition = t with { Committed = true, GivenUp = null, TargetFailed = false },
            State = record.State.Enter(Phase.Success, now),
        };
    }
}
