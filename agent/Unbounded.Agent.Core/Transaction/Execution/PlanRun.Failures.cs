using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Changes;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>What a failed step means.</summary>
internal sealed partial class PlanRun
{
    /// <summary>Turns the plan to what follows from a failure.</summary>
    /// <returns>Whether the run goes on; else the plan stays open.</returns>
    private async Task<bool> GoesOnAfterAsync(PlanStep step, Exception exception, ErrorRecord error)
    {
        try
        {
            return await FailedAsync(step, exception, error);
        }
        catch (AgentException e)
        {
            // What follows can't be saved, and nothing urgent follows: the next decision starts from what is stored and from the host.
            LogStepFailed(e, step.Description);
            return false;
        }
    }

    private async Task<bool> FailedAsync(PlanStep step, Exception exception, ErrorRecord error)
    {
        if (exception is AgentException { Code: var code } && code == CoreErrors.RecordChanged)
        {
            // Somebody else is at work on this host: whatever comes next is theirs.
            return false;
        }

        NoteFailedStep(step);
        if (journal.Record?.Transition is not { } t)
        {
            return await UpkeepFailedAsync(step, error);
        }

        switch (step.Kind)
        {
            case StepKind.Commit:
                return await CommitFailedAsync(t, error);
            case StepKind.Resume when t is { HandoverBegun: true, Committed: false }:
                // The disk takes no record, and the node may be down: it is put back. Nothing new is intended by that, the handover's own
                // intent covers both ways out of it.
                await GiveUpAsync(error, targetFailed: false);
                return true;
            case StepKind.Prepare or StepKind.Revive or StepKind.Drain or StepKind.Deactivate or StepKind.Activate or StepKind.Verify or StepKind.Restart:
                await GiveUpAsync(error, TargetIsToBlame(step.Kind, exception), IsAway(step.Kind, exception));
                return true;
            case StepKind.Revert:
                return await RevertFailedAsync(t, error);
            case StepKind.VerifyReverted:
                journal.Note(journal.Current with { Transition = journal.Transition with { RevertVerified = false } });
                return true;
            case StepKind.Release:
                journal.Note(journal.Current with { Leftovers = [.. journal.Current.Leftovers.Append(t.To).Distinct()] });
                return true;

            // What can be mended later ends nothing, least of all after the commit (law 2).
            case StepKind.Retire or StepKind.WriteFiles or StepKind.Publish:
                return true;
            default:
                return false;
        }
    }

    private async Task GiveUpAsync(ErrorRecord error, bool targetFailed, bool sourceAway = false)
    {
        var next = Turns.GiveUp(journal.Current, error, targetFailed, sourceAway);
        next = next with { Transition = next.Transition! with { Steps = Turns.Timed(next.Transition.Steps, Taken(_timings)) } };
        await SaveAsync(next);
        Report();
        _steps.Clear();
        foreach (var step in Recovery.AfterGivingUp(journal.Transition))
        {
            _steps.Enqueue(step);
        }
    }

    // The commit reported an error. Only the host knows which side it boots.
    private async Task<bool> CommitFailedAsync(TransitionRecord t, ErrorRecord error)
    {
        SlotsObservation now;
        try
        {
            now = await slots.InspectAsync(CancellationToken.None);
        }
        catch (AgentException e)
        {
            LogCommitUnknown(e);
            return false;
        }

        if (now.BootsNext != t.To)
        {
            await GiveUpAsync(error, targetFailed: false);
            return true;
        }

        try
        {
            await CommittedAsync();
            return true;
        }
        catch (AgentException e)
        {
            // It took effect and can't be noted: the intent is saved, so the next look at the host notes it.
            LogCommitUnknown(e);
            return false;
        }
    }

    // Neither side runs as it should. The transition ends, so that another target may be tried; the repair of the active side goes on.
    private async Task<bool> RevertFailedAsync(TransitionRecord t, ErrorRecord error)
    {
        var record = journal.Current;
        await journal.SaveIfPossibleAsync(record with
        {
            Transition = t with { RevertVerified = false, Warnings = [.. t.Warnings, error.ToString()] },
            Leftovers = [.. record.Leftovers.Append(t.To).Distinct()],
            Repair = new(StepKind.Restore, 1, time.GetUtcNow(), error),
        });
        _steps.Clear();
        foreach (var step in Steps.Closing())
        {
            _steps.Enqueue(step);
        }

        return true;
    }

    private async Task<bool> UpkeepFailedAsync(PlanStep step, ErrorRecord error)
    {
        switch (step.Kind)
        {
            case StepKind.Publish or StepKind.WriteFiles:
                return true;
            case StepKind.Restore or StepKind.EnableActive or StepKind.Release or StepKind.Retire:
                await journal.SaveIfPossibleAsync(Endings.RepairFailed(journal.Current, step.Kind, error, time.GetUtcNow()));
                return false;
            default:
                return false;
        }
    }

    private void NoteFailedStep(PlanStep step)
    {
        // A commit's timing is taken where its outcome is known.
        if (_clock is { } clock && RecordSteps.IsEffect(step.Kind) && step.Kind != StepKind.Commit)
        {
            _timings.Add(clock.End());
            _warnings.AddRange(clock.Warnings);
        }
    }

    // Before the handover only: after it, whatever is away, each attempt takes the node down.
    private static bool IsAway(StepKind step, Exception exception) =>
        step is StepKind.Prepare or StepKind.Revive && exception is AgentException { Code.IsAway: true };

    // A failure that may pass is no fault of the target, whenever it happens: it costs an attempt. Draining the node and stopping the old side are none either. What nobody
    // foresaw is held against the target only where another attempt would take the node down once more.
    private static bool TargetIsToBlame(StepKind step, Exception exception) => (step, exception) switch
    {
        (StepKind.Drain or StepKind.Deactivate, _) => false,
        (_, AgentException { Code.Kind: ErrorKind.Transient or ErrorKind.Busy or ErrorKind.Precondition }) => false,
        (StepKind.Prepare or StepKind.Revive, not AgentException) => false,
        _ => true,
    };
}
