using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>One plan being carried out.</summary>
internal sealed partial class PlanRun(
    ISlots slots,
    Journal journal,
    Effects effects,
    SideGate gate,
    IStatusPublisher publisher,
    TimeProvider time,
    ILogger logger,
    ITransitionObserver? observer,
    Plan plan,
    SlotsObservation observed)
{
    private readonly Queue<PlanStep> _steps = new(plan.Steps);
    private readonly List<StepTiming> _timings = [];
    private readonly List<string> _warnings = [];
    private StepClock? _clock;
    private StepKind? _before;

    public async Task<ExecutionResult> RunAsync(CancellationToken stop)
    {
        while (_steps.TryDequeue(out var step))
        {
            try
            {
                if (await StepAsync(step, stop) == Activation.EndsProcess)
                {
                    await SuspendAsync();
                    return new(ExecutionEnd.EndsProcess, journal.Record);
                }

                _before = step.Kind;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                LogSuspended(step.Description);
                await SuspendAsync();
                return new(ExecutionEnd.Suspended, journal.Record);
            }
#pragma warning disable CA1031 // whatever breaks a step, the node must not be left between two sides
            catch (Exception e)
#pragma warning restore CA1031
            {
                var error = ErrorRecord.From(e);
                LogStepFailed(e, step.Description);
                observer?.StepFailed(step, error);
                if (!await GoesOnAfterAsync(step, e, error))
                {
                    return new(ExecutionEnd.Unfinished, journal.Record, error);
                }

                _before = step.Kind;
            }
        }

        return new(ExecutionEnd.Completed, journal.Record);
    }

    private async Task<Activation> StepAsync(PlanStep step, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (RecordSteps.Apply(journal.Record, plan, step, observed.HostBootId, now) is { } next)
        {
            await SaveAsync(next);
            Report();
            return Activation.Started;
        }

        _clock = new(time, step, observer);
        switch (step.Kind)
        {
            case StepKind.Publish:
                await PublishAsync(stop);
                _clock.End();
                return Activation.Started;
            case StepKind.Commit:
                await CrossThePointOfNoReturnAsync(step);
                return Activation.Started;
            default:
                return await EffectAsync(step, stop);
        }
    }

    private async Task<Activation> EffectAsync(PlanStep step, CancellationToken stop)
    {
        // Heeded before a step, so that a stop request finds the node as it is, and not half handed over. A handover that has begun and a
        // revert go on.
        if (step.Kind is not (StepKind.Activate or StepKind.Revert))
        {
            stop.ThrowIfCancellationRequested();
        }

        // What the host boots is put right beside a transition, not as a part of it.
        var inTransition = journal.Current.Transition is not null && step.Kind != StepKind.EnableActive;
        if (inTransition && !IsCoveredByTheStepBefore(step))
        {
            await SaveAsync(Turns.Intent(journal.Current, step.Kind, observed.HostBootId, time.GetUtcNow()));
            Report();
        }

        if (step.Kind == StepKind.Restore)
        {
            await journal.SaveAsync(Endings.RepairBegins(journal.Current, time.GetUtcNow()));
        }

        if (step.Kind is StepKind.Deactivate or StepKind.Restart)
        {
            gate.NodeGoesDown();
        }

        var end = Activation.Started;
        switch (step.Kind)
        {
            case StepKind.Drain:
                await DrainAsync(step, stop);
                return end;
            case StepKind.Verify:
                await gate.VerifyAsync(step.Slot!.Value, stop);
                break;
            case StepKind.VerifyReverted:
                await gate.VerifyRevertedAsync(step.Slot!.Value, stop);
                break;
            default:
                observer?.MayWait(effects.LongestWait(step, journal.Current));
                end = await effects.RunAsync(step, journal.Current, _clock!, stop);
                break;
        }

        await EndedAsync(step, inTransition);
        return end;
    }

    // The node is down between these two: one intent, saved before the first, covers both, so that no disk is waited for.
    private bool IsCoveredByTheStepBefore(PlanStep step) => step.Kind == StepKind.Activate && _before == StepKind.Deactivate;

    private async Task DrainAsync(PlanStep step, CancellationToken stop)
    {
        observer?.MayWait(effects.LongestWait(step, journal.Current));
        var drained = await effects.DrainAsync(journal.Current, _clock!, stop);
        _timings.Add(_clock!.End());
        _warnings.AddRange(_clock.Warnings);
        await SaveAsync(Turns.Drained(journal.Current, drained, Taken(_timings), Taken(_warnings)));
    }

    private async Task EndedAsync(PlanStep step, bool inTransition)
    {
        _timings.Add(_clock!.End());
        _warnings.AddRange(_clock.Warnings);
        if (!inTransition)
        {
            await UpkeepEndedAsync(step);
        }
        else if (step.Kind != StepKind.Deactivate)
        {
            await SaveAsync(Turns.Done(journal.Current, step.Kind, Taken(_timings), Taken(_warnings), time.GetUtcNow()));
        }
    }

    private async Task UpkeepEndedAsync(PlanStep step)
    {
        var record = journal.Current;
        AgentRecord? next = step.Kind switch
        {
            StepKind.ApplyLive => Endings.AppliedLive(record, plan.Live!),
            StepKind.Restore or StepKind.EnableActive or StepKind.Release or StepKind.Retire => Endings.Repaired(record, step),
            _ => null,
        };
        if (next is not null)
        {
            await journal.SaveAsync(next);
        }
    }

    /// <summary>
    /// The one point of no return. Before <see cref="ISlots.CommitAsync"/> takes effect every failure rolls back; from then on none does
    /// (law 2).
    /// </summary>
    private async Task CrossThePointOfNoReturnAsync(PlanStep step)
    {
        await journal.SaveAsync(Turns.Intent(journal.Current, StepKind.Commit, observed.HostBootId, time.GetUtcNow()));

        // No stop request is heeded from here: a commit that is cut off by politeness would leave it open which side is the good one.
        await slots.CommitAsync(step.Slot!.Value);
        await CommittedAsync();
    }

    private async Task CommittedAsync()
    {
        _timings.Add(_clock!.End());
        await journal.SaveAsync(Turns.Done(journal.Current, StepKind.Commit, Taken(_timings), Taken(_warnings), time.GetUtcNow()));
        Report();
    }

    // On the way back the node may be down: going on matters more than the save.
    private Task SaveAsync(AgentRecord next) => next.Transition is { GivenUp: not null, HandoverBegun: true }
        ? journal.SaveIfPossibleAsync(next)
        : journal.SaveAsync(next);

    private Task SuspendAsync() => journal.Record?.Transition is { } t
        ? journal.SaveIfPossibleAsync(journal.Current with
        {
            Transition = t with { Suspended = true, Steps = Turns.Timed(t.Steps, Taken(_timings)) },
        })
        : Task.CompletedTask;

    private async Task PublishAsync(CancellationToken stop)
    {
        var slotsNow = await slots.InspectAsync(stop);
        await publisher.PublishAsync(new(journal.Record, slotsNow, plan, time.GetUtcNow()), stop);
        if (journal.Record is { PublicationPending: true } record)
        {
            await journal.SaveAsync(record with { PublicationPending = false });
        }
    }

    private void Report() => publisher.Report(new(journal.Record, observed, plan, time.GetUtcNow()));

    private static T[] Taken<T>(List<T> list)
    {
        var taken = list.ToArray();
        list.Clear();
        return taken;
    }
}
