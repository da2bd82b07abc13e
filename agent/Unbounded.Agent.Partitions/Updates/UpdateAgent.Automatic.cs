using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>A host that updates itself.</summary>
public sealed partial class UpdateAgent
{
    /// <summary>
    /// One turn of a host that updates itself: what was begun goes on as it was frozen (laws 3, 5); then what is newer is brought into the passive slot,
    /// activated, and the host reboots; the verdict is the next boot's. What stands against it is no failure: the next turn looks again. A slot on trial is
    /// left alone, one that was to be booted and never was is activated as one that is prepared, and a version that failed is not tried again.
    /// </summary>
    /// <exception cref="AgentException">The source can't be had, or the update failed.</exception>
    public async Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken)
    {
        var record = await _run.LoadAsync(cancellationToken);
        if (OnTrial(record) is { } trial && !await WasNeverBootedAsync(trial, cancellationToken))
            return new(record!.State, $"slot {trial.To} (version {trial.Target.Version}) is on trial: its verdict is awaited");
        if (record is not null)
        {
            (record, var reboots) = await EndAsync(cancellationToken);
            if (reboots)
                return new(record.State, "the host goes back to the committed slot", Reboots: true);
        }

        if (record?.Transition is { } ready && (IsReady(ready) || OnTrial(record) is not null))
        {
            var (end, forbidden) = await ActivateByItselfAsync(cancellationToken);
            if (forbidden is null || (await WantedAsync(record, cancellationToken)).Waits is not null)
                return end;
            await GiveUpAsync(forbidden, cancellationToken);
            record = await _run.LoadAsync(cancellationToken);
        }

        var (_, waits) = await WantedAsync(record, cancellationToken);
        if (waits is not null)
            return waits;
        await ApplyAsync(new(), cancellationToken);
        // Fetching takes its time: what was begun inside the window may end outside of it, and what was allowed may be forbidden.
        var (activated, withheld) = await ActivateByItselfAsync(cancellationToken);
        return withheld is null ? activated : activated with { LookAgainAt = _time.GetUtcNow() };
    }

    /// <summary>Whether the verdict on a slot on trial is what comes next: it has booted, or what was begun is to be undone. Changes nothing.</summary>
    /// <exception cref="AgentException">The record can't be read, or the slots can't be told.</exception>
    public async Task<bool> IsVerdictDueAsync(CancellationToken cancellationToken) =>
        await _run.LoadAsync(cancellationToken) is { State.Phase: Phase.Activated or Phase.Verifying } record
        && !(OnTrial(record) is { } t && await WasNeverBootedAsync(t, cancellationToken));

    // Who was to activate it, or to reboot the host, died over it, or was not heard: nothing but another turn boots it.
    private async Task<bool> WasNeverBootedAsync(TransitionRecord t, CancellationToken cancellationToken)
    {
        var seen = await _slots.InspectAsync(cancellationToken);
        return t.Step is StepKind.Deactivate or StepKind.Activate && t.HostBootId == seen.HostBootId && seen.Permitted != t.To;
    }

    private static TransitionRecord? OnTrial(AgentRecord? record) => record?.Transition is { GivenUp: null, Committed: false, HandoverBegun: true } t ? t : null;

    private static bool IsReady(TransitionRecord t) => t is { GivenUp: null, Committed: false } && IsPrepared(t);

    // What there is to install; or why nothing is.
    private async Task<(UpdateOffer Offer, UpdateEnd? Waits)> WantedAsync(AgentRecord? record, CancellationToken cancellationToken)
    {
        var (offer, index, location) = await LookAsync(new(), record, cancellationToken, remember: false);
        await RememberAsync(index, location, cancellationToken);
        var state = record?.State ?? new();
        if (offer.Image is null || !offer.IsNewer)
            return (offer, new(state, $"nothing newer than {offer.CurrentVersion} is there"));
        if (offer.Obstacles.Count > 0)
            return (offer, new(state, $"version {offer.Image.Version} waits: {string.Join("; ", offer.Obstacles)}"));
        if (record?.Attempts is not { } tried || tried.Fingerprint != _targets.Of(offer.Image, location, null).Fingerprint)
            return (offer, null);
        if (tried.Failed)
            return (offer, new(state, $"version {offer.Image.Version} failed before and is not tried again by itself: unbounded-agent update apply --retry"));
        return tried.WaitsUntil(_time.GetUtcNow()) is { } at && record.Transition is null
            ? (offer, new(state, $"version {offer.Image.Version} is tried again at {at:u}") { Problem = tried.Error, LookAgainAt = at })
            : (offer, null);
    }

    // Another run may have taken a later index meanwhile: what is remembered is read again under the lock.
    private async Task RememberAsync(UpdateIndex index, Uri location, CancellationToken cancellationToken)
    {
        if (!await _memory.IsNewAsync(index, cancellationToken))
            return;
        using var held = _lock.Acquire("update run");
        await _memory.DemandAsync(index, location, remember: true, cancellationToken);
    }

    // Ends what was interrupted, brings a fetch that was cut to its end, and puts right what a death has left between two transitions. What a fetch was given up for
    // stands in the state; another version may be there by now.
    private async Task<(AgentRecord Record, bool Reboots)> EndAsync(CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update run");
        var record = (await _run.LoadAsync(cancellationToken))!;
        await _run.EnsureAsync(record, cancellationToken);
        for (var plans = 0; plans < PlansPerCommand && OnTrial(record) is null && !(record.Transition is { } t && IsReady(t)); plans++)
        {
            var (plan, seen) = await _run.DecideAsync(record, desired: null, Requests.None, found: null, cancellationToken);
            if (plan.Steps.Count == 0)
                break;
            var result = await _run.RunAsync(record, plan, seen, IsHandover, cancellationToken);
            record = result.Record!;
            if (result.End == ExecutionEnd.EndsProcess)
                return (record, true);
            if (record.Transition is { } now && IsReady(now))
                record = await _run.SaveAsync(record with { Transition = now with { Suspended = true } });
        }

        return (record, false);
    }

    private async Task GiveUpAsync(ErrorRecord reason, CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update run");
        var record = (await _run.LoadAsync(cancellationToken))!;
        if (record.Transition is not { } t || !(IsReady(t) || (OnTrial(record) is not null && await WasNeverBootedAsync(t, cancellationToken))))
            return;
        record = await _run.SaveAsync(record with { Transition = t with { GivenUp = reason } });
        var (plan, seen) = await _run.DecideAsync(record, desired: null, Requests.None, found: null, cancellationToken);
        await _run.RunAsync(record, plan, seen, last: null, cancellationToken);
    }
}
