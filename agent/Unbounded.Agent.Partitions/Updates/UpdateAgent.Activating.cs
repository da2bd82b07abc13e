using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>From a prepared slot to one on trial. What was allowed when it was fetched need not be allowed any more.</summary>
public sealed partial class UpdateAgent
{
    /// <summary>
    /// Makes the next boot use the slot that was prepared, if the gates allow it by now. A source that does not answer keeps no one who asks for it by hand
    /// from activating what was verified when it was fetched; that is said.
    /// </summary>
    /// <param name="force">Skip the maintenance window and the node's label, and nothing else.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">None was prepared, or a gate is closed; nothing was changed but what the state says of it.</exception>
    public async Task<UpdateEnd> ActivateAsync(bool force, CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update activate");
        var (record, t) = await ActivatableAsync(cancellationToken);
        var (gates, note) = await AskAgainAsync(record, t, force, byHand: true, cancellationToken);
        if (gates.All.Count > 0)
        {
            var refusal = Withheld(t, gates.All);
            await SayAsync(record, refusal.ToString());
            throw UpdateRun.Coded(refusal, ErrorKind.Precondition);
        }

        var end = await ActivateAsync(record, t, cancellationToken);
        return note is null ? end : end with { Summary = $"{end.Summary}; the gates were not all looked at again: {note}" };
    }

    // The window is waited for in silence; what somebody has set is told. A version that is forbidden is Forbidden, so that another may take its place.
    private async Task<(UpdateEnd End, ErrorRecord? Forbidden)> ActivateByItselfAsync(CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update run");
        var (record, t) = await ActivatableAsync(cancellationToken);
        // Going back was asked for by hand, whatever the source says of the version; when the host reboots is the window's to say all the same.
        var (gates, _) = t.Kind == TransitionKind.Rollback
            ? (UpdateGates.Again(t.Target.Version, index: null, absenceBlocks: false, _settings, force: false, _release.Version, NodeAnswer.NotAsked, _time.GetUtcNow()), null)
            : await AskAgainAsync(record, t, force: false, byHand: false, cancellationToken);
        if (gates.Lasting.Count > 0 || gates.Label is not null)
        {
            var refusal = Withheld(t, [.. gates.Lasting, .. gates.Label is { } label ? [label] : Array.Empty<string>()]);
            record = await SayAsync(record, refusal.ToString());
            return (new(record.State, $"version {t.Target.Version} is prepared, and not activated: {refusal.Cause}") { Problem = refusal }, gates.Lasting.Count > 0 ? refusal : null);
        }

        record = await SayAsync(record, refusal: null);
        return gates.Window is { } window
            ? (new(record.State, $"version {t.Target.Version} is prepared; {window}"), null)
            : (await ActivateAsync(record, t, cancellationToken) with { Reboots = true }, null);
    }

    private async Task<(AgentRecord Record, TransitionRecord Transition)> ActivatableAsync(CancellationToken cancellationToken)
    {
        var record = await _run.LoadAsync(cancellationToken);
        if (record?.Transition is not { GivenUp: null, Committed: false } t || (t.Step == StepKind.Prepare ? t.StepState != StepState.Done : !t.HandoverBegun))
            throw OutOfOrder("Nothing can be activated", "no slot was prepared for it", "Prepare one first: unbounded-agent update apply");
        if ((await _slots.InspectAsync(cancellationToken)).Permitted == t.To)
            throw OutOfOrder($"Slot {t.To} is not activated again", "it runs already and waits for its verdict", "Give it: unbounded-agent update healthcheck");
        return (record, t);
    }

    private async Task<UpdateEnd> ActivateAsync(AgentRecord record, TransitionRecord t, CancellationToken cancellationToken)
    {
        var (plan, seen) = await _run.DecideAsync(record, desired: null, Requests.None, found: null, cancellationToken);
        var result = await _run.RunAsync(record with { State = Cleared(record) }, plan, seen, s => s.Kind is StepKind.Verify, cancellationToken);
        if (result.End != ExecutionEnd.EndsProcess)
            throw Given(result.Record!);
        return new(result.Record!.State, $"the next boot tries slot {t.To} (version {t.Target.Version})");
    }

    private async Task<(PreparedGates Gates, string? Note)> AskAgainAsync(
        AgentRecord record, TransitionRecord t, bool force, bool byHand, CancellationToken cancellationToken)
    {
        UpdateIndex? index = null;
        string? note = null;
        try
        {
            if (UpdateSource.HasList(_settings))
            {
                (var list, var location) = await _source.ReadAsync(_settings, version: null, cancellationToken);
                await _memory.DemandAsync(list, location, remember: true, cancellationToken);
                index = list;
            }
        }
        catch (AgentException e) when (byHand && e.Code.Kind is ErrorKind.Transient or ErrorKind.Precondition)
        {
            note = $"{e.What}: {e.Why}";
        }

        var node = _node is null || force ? NodeAnswer.NotAsked : await _node.ReadAsync(cancellationToken);
        // Who activates by hand may have brought it from somewhere else.
        var absenceBlocks = !byHand && UpdateSource.BlocksByRemoval(_settings);
        return (UpdateGates.Again(t.Target.Version, index, absenceBlocks, _settings, force, record.Active?.Version ?? _release.Version, node, _time.GetUtcNow()), note);
    }

    // last_error says it, and says nothing else any more when it is over.
    private async Task<AgentRecord> SayAsync(AgentRecord record, string? refusal)
    {
        var state = refusal is null ? Cleared(record) : record.State with { LastError = refusal };
        return state == record.State ? record : await _run.SaveAsync(record with { State = state with { UpdatedAt = _time.GetUtcNow() } });
    }

    private static UpdateState Cleared(AgentRecord record) =>
        record.State.LastError.StartsWith(PartitionsErrors.ActivationWithheld.Id, StringComparison.Ordinal) ? record.State with { LastError = "" } : record.State;

    private static ErrorRecord Withheld(TransitionRecord t, IReadOnlyList<string> reasons) => new(
        PartitionsErrors.ActivationWithheld.Id,
        $"Version {t.Target.Version} is prepared in slot {t.To}, and is not activated",
        string.Join("; ", reasons),
        "Take away what stands against it, or give it up: unbounded-agent update rollback");
}
