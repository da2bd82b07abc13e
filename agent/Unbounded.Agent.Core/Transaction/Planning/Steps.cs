using System.Globalization;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Planning;

/// <summary>The orders in which steps follow each other. There is one of each; a resumed transition starts somewhere in it.</summary>
internal static class Steps
{
    /// <summary>A new transition from its beginning.</summary>
    public static IReadOnlyList<PlanStep> All(NewTransition t, TimeSpan? downtime) =>
        [new(StepKind.Begin, $"freeze the target, count the attempt"), .. Forward(t.Kind, t.From, t.To, t.Policy.Drain, downtime)];

    /// <summary>A transition that goes forward, from the given step on.</summary>
    public static IReadOnlyList<PlanStep> From(StepKind first, TransitionRecord t)
    {
        // What follows the handover has no drain in it, and needs no target to be read.
        var drain = first is StepKind.Prepare or StepKind.Revive or StepKind.Drain ? t.Target.Thaw().Policy.Drain : new DrainPolicy();
        var all = Forward(t.Kind, t.From, t.To, drain, downtime: null);
        var rest = all.SkipWhile(s => s.Kind != first).ToList();
        return rest.Count == 0 ? Closing() : rest;
    }

    /// <summary>A transition that was given up, from the first step that undoes it on.</summary>
    public static IReadOnlyList<PlanStep> Back(TransitionRecord t)
    {
        List<PlanStep> steps = [];
        if (t.Kind != TransitionKind.Restart)
        {
            if (t.HandoverBegun)
            {
                steps.Add(new(StepKind.Revert, t.From is { } from ? $"give up {t.To}, put {from} back to work" : $"give up {t.To}")
                {
                    Slot = t.To,
                    Good = t.From,
                });
            }

            if (t.HandoverBegun && t.From is { } good)
            {
                steps.Add(new(StepKind.VerifyReverted, $"verify that {good} is healthy again") { Slot = good });
            }

            steps.Add(Free(t));
        }

        return [.. steps, .. Closing()];
    }

    /// <summary>The end of every transition.</summary>
    public static IReadOnlyList<PlanStep> Closing() =>
    [
        new(StepKind.Conclude, "note the result"),
        new(StepKind.Publish, "publish the final status"),
    ];

    // The previous side keeps its content when going back to it fails: it is still the last good copy of itself (law 8).
    private static PlanStep Free(TransitionRecord t) => t.Kind == TransitionKind.Rollback
        ? new(StepKind.Retire, $"stop {t.To}, keep its content") { Slot = t.To }
        : new(StepKind.Release, $"free {t.To}") { Slot = t.To };

    private static List<PlanStep> Forward(TransitionKind kind, SlotName? from, SlotName to, DrainPolicy drain, TimeSpan? downtime)
    {
        if (kind == TransitionKind.Restart)
        {
            return
            [
                new(StepKind.Restart, $"restart {to} in place") { Slot = to, Prediction = Down(downtime) },
                new(StepKind.Verify, $"verify {to}") { Slot = to },
                .. Closing(),
            ];
        }

        List<PlanStep> steps = [];
        steps.Add(kind == TransitionKind.Rollback
            ? new(StepKind.Revive, $"boot the content that {to} kept, held back") { Slot = to }
            : new(StepKind.Prepare, $"fill {to} and boot it, held back") { Slot = to });
        if (from is { } old)
        {
            if (drain.Enabled)
            {
                steps.Add(new(StepKind.Drain, string.Create(CultureInfo.InvariantCulture, $"cordon the node and evict its pods, within {drain.Timeout.TotalSeconds:0} s"))
                {
                    Slot = old,
                });
            }

            steps.Add(new(StepKind.Deactivate, $"stop the node software of {old} and end its pods")
            {
                Slot = old,
                Prediction = Down(downtime),
            });
        }

        steps.Add(new(StepKind.Activate, $"start the node software of {to}") { Slot = to });
        steps.Add(new(StepKind.Verify, $"verify {to}; a failure puts {from?.Value ?? "the host"} back as it was") { Slot = to });
        steps.Add(new(StepKind.Commit, $"commit: the host boots {to} from now on") { Slot = to });
        steps.Add(new(StepKind.WriteFiles, "write the applied config and the state file"));
        if (from is { } retired)
        {
            steps.Add(new(StepKind.Retire, $"stop {retired}, keep its content for a rollback") { Slot = retired });
        }

        return [.. steps, .. Closing()];
    }

    private static string Down(TimeSpan? downtime) => downtime is { } d
        ? $"the node is down from here, about {d.TotalSeconds:0.0} s as at the last swap"
        : "the node is down from here; how long was not measured on this node yet";
}
