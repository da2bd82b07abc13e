using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>A host that updates itself.</summary>
public sealed partial class UpdateAgent
{
    /// <summary>
    /// One turn of a host that updates itself: what is newer is brought into the passive slot, activated, and the host reboots; the verdict is the next boot's.
    /// What stands against it is no failure: the next turn looks again. A slot on trial is left alone, and a version that failed is not tried again.
    /// </summary>
    /// <exception cref="AgentException">The source can't be had, or the update failed.</exception>
    public async Task<UpdateEnd> TurnAsync(CancellationToken cancellationToken)
    {
        var record = await _run.LoadAsync(cancellationToken);
        var state = record?.State ?? new();
        if (record?.Transition is { GivenUp: null, Committed: false, HandoverBegun: true } trial)
            return new(state, $"slot {trial.To} (version {trial.Target.Version}) is on trial: its verdict is awaited");
        if (record?.Transition is not { GivenUp: null, Committed: false, Step: StepKind.Prepare, StepState: StepState.Done })
        {
            var (offer, index) = await LookAsync(new(), record, cancellationToken);
            if (offer.Image is null || !offer.IsNewer)
                return new(state, $"nothing newer than {offer.CurrentVersion} is there");
            if (offer.Obstacles.Count > 0)
                return new(state, $"version {offer.Image.Version} waits: {string.Join("; ", offer.Obstacles)}");
            if (record?.Attempts is { Failed: true } tried && tried.Fingerprint == _targets.Of(offer.Image, index, null).Fingerprint)
                return new(state, $"version {offer.Image.Version} failed before and is not tried again by itself: unbounded-agent update apply --retry");
            state = (await ApplyAsync(new(), cancellationToken)).State;
        }

        // Fetching takes its time: what was begun inside the window may end outside of it.
        var now = _time.GetUtcNow();
        if (MaintenanceWindow.TryParse(_settings.MaintenanceWindow, out var window) && window?.IsOpen(now) == false)
            return new(state, $"version {state.ToVersion} is prepared; the maintenance window opens at {window.NextOpening(now):u}");
        return await ActivateAsync(cancellationToken) with { Reboots = true };
    }
}
