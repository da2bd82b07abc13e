using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>The verdict.</summary>
public sealed partial class UpdateAgent
{
    /// <summary>
    /// Gives the verdict on a slot on trial: committed, or a failure that is counted, and at the limit the host goes back. Ends whatever else was
    /// interrupted. On a stable system it checks and changes nothing.
    /// </summary>
    public Task<UpdateEnd> HealthcheckAsync(CancellationToken cancellationToken) => JudgeAsync(last: false, cancellationToken);

    /// <summary>
    /// The verdict when there was none in time: as <see cref="HealthcheckAsync"/>, but one failure is enough, however many were counted, and so is a boot
    /// that has not ended. Where nothing is on trial it checks nothing and succeeds. Another run that holds the lock may be giving the verdict: it is waited for,
    /// since a failure here reboots a host that may be well.
    /// </summary>
    /// <exception cref="AgentException">
    /// The lock is held for too long by a run that comes to no verdict, or the way back can't be taken from here: whoever asks reboots the host.
    /// </exception>
    public async Task<UpdateEnd> LastHealthcheckAsync(CancellationToken cancellationToken)
    {
        UpdateEnd end;
        try
        {
            end = await JudgeAsync(last: true, cancellationToken);
            if (end.Reboots || !await IsStrandedAsync(cancellationToken))
                return end;
        }
        catch (AgentException e) when (e.Code.Kind is not ErrorKind.Busy)
        {
            // What the record says was committed in this boot stays, whatever became of the boot environment since.
            var record = await _run.LoadAsync(cancellationToken);
            if (record is { Transition: null, Active.Slot: var active } && active == _table.Running())
                return new(record.State, $"nothing is on trial; {e.What}: {e.Why}");
            throw Stranded($"{e.Code.Id}: {e.What}: {e.Why}", e);
        }

        throw Stranded(end.Summary, inner: null);
    }

    // What runs is not committed, and the host would not boot it again: only a reboot brings the committed slot back.
    private async Task<bool> IsStrandedAsync(CancellationToken cancellationToken)
    {
        var (boot, running) = (await _boot.ReadAsync(cancellationToken), _table.Running());
        return boot.Committed(SlotTable.Names) != running && boot.BootsNext(SlotTable.Names) != running;
    }

    // Never of the kind of a transition that has failed and has asked for the reboot.
    private AgentException Stranded(string why, AgentException? inner) => new(
        PartitionsErrors.Stranded,
        $"Slot {_table.Running()} runs on trial, and could be neither committed nor left in good order",
        why,
        "Reboot the host: it boots the committed slot",
        inner);

    private async Task<UpdateEnd> JudgeAsync(bool last, CancellationToken cancellationToken)
    {
        using var held = await HoldAsync(last, cancellationToken);
        if (held is null)
            return new((await _run.LoadAsync(cancellationToken))?.State ?? new(), "nothing is on trial");
        await _slots.ArriveAsync(cancellationToken);
        var record = await _run.LoadAsync(cancellationToken);
        for (var plans = 0; record is not null && plans < PlansPerCommand; plans++)
        {
            var (plan, seen) = await _run.DecideAsync(record, desired: null, Requests.None, found: null, cancellationToken);
            if (record.Transition is { } t ? IsWaiting(t, seen) : plan.Kind is not PlanKind.Repair)
                break;
            if (record.Transition is { GivenUp: null, Committed: false } trial && seen.Permitted == trial.To
                && await TrialAsync(record, trial, last, cancellationToken) is { } failed)
            {
                if (failed.Record is null)
                    return failed.End!;
                record = failed.Record;
                continue;
            }

            var result = await _run.RunAsync(record, plan, seen, last: null, cancellationToken);
            if (result.End == ExecutionEnd.EndsProcess)
                return new(result.Record!.State, "the host goes back to the committed slot", Reboots: true) { Succeeded = false };
            var ended = record.Transition;
            record = result.Record!;
            if (ended is not null && record.Transition is null)
                return await EndedAsync(record, last, cancellationToken);
        }

        return last
            ? new(record?.State ?? new UpdateState(), "nothing is on trial")
            : await LookAtHealthAsync(record, cancellationToken);
    }

    // Null: somebody else is at work, and no verdict is due any more.
    private async Task<IDisposable?> HoldAsync(bool last, CancellationToken cancellationToken)
    {
        for (var since = _time.GetTimestamp(); ;)
        {
            try
            {
                return _lock.Acquire("update healthcheck");
            }
            catch (AgentException e) when (last && e.Code == LinuxErrors.Locked && _time.GetElapsedTime(since) < _timing.LockPatience)
            {
                if ((await _run.LoadAsync(cancellationToken))?.Transition is not { Committed: false, HandoverBegun: true })
                    return null;
            }

            // A lock that is given back says nothing to who waits for this long at most; see DirectoryLock.
            await Task.Delay(_timing.LockInterval, _time, cancellationToken);
        }
    }

    // What a person, or another command, takes further.
    private static bool IsWaiting(TransitionRecord t, SlotsObservation seen) =>
        t is { GivenUp: null, Committed: false }
        && (!t.HandoverBegun || (t.Step == StepKind.Activate && t.HostBootId == seen.HostBootId && seen.Permitted != t.To));

    // What was given up was said when the host went back: now the verdict is on the system that is back.
    private async Task<UpdateEnd> EndedAsync(AgentRecord record, bool last, CancellationToken cancellationToken)
    {
        var ended = record.LastTransition!;
        if (ended.Error is not { } error)
            return new(record.State, $"version {ended.Version} in slot {ended.To} is committed") { Checks = ended.Evidence };
        var health = last ? new(record.State, "nothing is on trial") : await LookAtHealthAsync(record, cancellationToken);
        return health with { Summary = $"version {ended.Version} was given up: {error.Message}: {error.Cause}; {health.Summary}" };
    }

    // Null: healthy, and the transaction goes on to its own gate and the commit.
    private async Task<(AgentRecord? Record, UpdateEnd? End)?> TrialAsync(AgentRecord record, TransitionRecord t, bool last, CancellationToken cancellationToken)
    {
        var target = t.Target.Thaw();
        var gate = await GateAsync(t.To, target, last, cancellationToken);
        if (gate.Passed)
            return null;

        var now = _time.GetUtcNow();
        var state = (record.State.Phase == Phase.Activated ? record.State.Enter(Phase.Verifying, now) : record.State).HealthFailed(now);
        var error = new ErrorRecord(
            PartitionsErrors.Unhealthy.Id,
            $"Slot {t.To} (version {t.Target.Version}) did not prove healthy",
            gate.Failed,
            "Correct the image; the same one is tried again with: unbounded-agent update apply --retry");
        var spent = last || state.HealthCheckFailures >= _settings.AutoRollbackAfter;
        var saved = await _run.SaveAsync(record with
        {
            State = state,
            Transition = t with { Evidence = gate.Checks, GivenUp = spent ? error : null, TargetFailed = spent },
        });
        return spent
            ? (saved, null)
            : (null, new(state, $"health check {state.HealthCheckFailures} of {_settings.AutoRollbackAfter} failed: {gate.Failed}") { Succeeded = false, Checks = gate.Checks });
    }

    private async Task<UpdateEnd> LookAtHealthAsync(AgentRecord? record, CancellationToken cancellationToken)
    {
        var running = _table.Running();
        var version = record?.Active is { } active && active.Slot == running ? active.Version : _release.Version;
        var gate = await GateAsync(running, _targets.Present(version), last: false, cancellationToken);
        var state = record?.State ?? new UpdateState();
        var waits = record?.Transition is { } t ? $"; slot {t.To} waits to be {(t.HandoverBegun ? "booted" : "activated")}" : "";
        return new(state, gate.Passed ? $"slot {running} is healthy{waits}" : $"slot {running} is not healthy: {gate.Failed}{waits}")
        {
            Succeeded = gate.Passed,
            Checks = gate.Checks,
        };
    }

    private Task<GateResult> GateAsync(SlotName slot, Target target, bool last, CancellationToken cancellationToken) => new VerificationGate(_time).RunAsync(
        [.. _slots.Checks(slot, target), .. _common.Checks(slot, target), .. last && _systemd is not null ? [new BootEndedCheck(_systemd)] : Array.Empty<ICheck>()],
        new GateLimits(_timing.Timeout, TimeSpan.Zero),
        observer: null,
        cancellationToken);
}
