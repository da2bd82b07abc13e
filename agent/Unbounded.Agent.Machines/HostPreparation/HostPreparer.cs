using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Machines.HostPreparation.Changes;
using Unbounded.Agent.Machines.HostPreparation.Host;
using Unbounded.Agent.Machines.HostPreparation.Journal;

namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>
/// Prepares a host for machines and undoes it exactly, from a journal of what was really changed. Both may be cut off at any instant and run
/// again. The caller holds the agent's lock.
/// </summary>
public sealed partial class HostPreparer
{
    private readonly HostServices _host;
    private readonly HostJournalStore _journals;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Creates a preparer.</summary>
    /// <param name="host">The host.</param>
    /// <param name="store">Where the journal is kept.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="journalPath">The journal; another one in tests.</param>
    public HostPreparer(HostServices host, IDurableStore store, TimeProvider time, ILogger<HostPreparer> logger, string journalPath = HostPaths.Journal)
    {
        _host = host;
        _journals = new HostJournalStore(store, journalPath);
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether an installation, finished or not, is recorded on this host.</summary>
    /// <exception cref="AgentException">The journal can't be read.</exception>
    public async Task<bool> IsInstalledAsync(CancellationToken cancellationToken) => await _journals.LoadAsync(cancellationToken) is not null;

    /// <summary>What an installation would do that is not done, one step a change. Changes nothing.</summary>
    /// <exception cref="AgentException">An installation would be refused.</exception>
    public async Task<IReadOnlyList<HostStep>> PlanInstallAsync(HostInstallOptions options, CancellationToken cancellationToken)
    {
        await DemandConfigurationAsync(options, cancellationToken);
        var journal = await _journals.LoadAsync(cancellationToken);
        var facts = await FactsAsync(journal, cancellationToken);
        var changes = HostChanges.Create(_host, options);
        await CheckAsync(changes, facts, cancellationToken);
        var steps = new List<HostStep>();
        foreach (var change in changes)
        {
            var entry = journal?.Find(change.Name);
            var state = entry is null or { Status: HostChangeStatus.Undone } ? await change.CaptureAsync(facts, cancellationToken) : entry.State;
            if (state is { } s && !(entry is { Status: HostChangeStatus.Applied } && await change.IsAppliedAsync(s, cancellationToken)))
                steps.Add(new HostStep(change.Name, HostStepKind.Started, change.Description));
        }

        return steps;
    }

    /// <summary>Makes every change that is not made. Warnings come through <paramref name="progress"/>.</summary>
    /// <param name="options">What to install.</param>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Stops between effects; running again goes on.</param>
    /// <exception cref="AgentException">One can't be made here, and none was; or a change failed, and those before it stay, recorded.</exception>
    public async Task InstallAsync(HostInstallOptions options, IProgress<HostStep> progress, CancellationToken cancellationToken)
    {
        await DemandConfigurationAsync(options, cancellationToken);
        var journal = await _journals.LoadAsync(cancellationToken);
        var facts = await FactsAsync(journal, cancellationToken);
        journal ??= new HostJournal { StartedAt = _time.GetUtcNow(), Ancestor = facts.Ancestor };
        var changes = HostChanges.Create(_host, options);
        await CheckAsync(changes, facts, cancellationToken);
        foreach (var change in changes)
            journal = await ApplyAsync(change, journal, facts, progress, cancellationToken);
    }

    /// <summary>What undoing would do now, one step a line. Changes nothing.</summary>
    public async Task<IReadOnlyList<HostStep>> PlanUninstallAsync(CancellationToken cancellationToken)
    {
        var journal = await _journals.LoadAsync(cancellationToken);
        var facts = await FactsAsync(journal, cancellationToken);
        var steps = new List<HostStep>();
        foreach (var change in Known(journal).Reverse())
        {
            var entry = journal?.Find(change.Name);
            foreach (var line in await change.DescribeUndoAsync(entry?.State, facts, cancellationToken))
                steps.Add(new HostStep(change.Name, HostStepKind.Started, line));
        }

        return steps;
    }

    /// <summary>Undoes everything, checks that nothing is left, and drops the journal last.</summary>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Stops between effects; running again goes on.</param>
    /// <exception cref="AgentException">A change could not be undone, or something is left; the journal stays.</exception>
    public async Task UninstallAsync(IProgress<HostStep> progress, CancellationToken cancellationToken)
    {
        var journal = await _journals.LoadAsync(cancellationToken);
        var facts = await FactsAsync(journal, cancellationToken);
        var changes = Known(journal).Reverse().ToList();
        foreach (var change in changes)
            journal = await UndoAsync(change, journal, facts, progress, cancellationToken);
        await CheckNothingLeftAsync(changes, journal, facts, cancellationToken);
        await _journals.DropAsync(cancellationToken);
        foreach (var directory in new[] { "/var/lib/unbounded/agent", "/var/lib/unbounded" })
            await _host.Files.RemoveEmptyDirectoryAsync(directory, cancellationToken);
        LogUninstalled();
    }

    private async Task DemandConfigurationAsync(HostInstallOptions options, CancellationToken cancellationToken)
    {
        if (options.Config is null && await _host.Files.StatAsync(HostPaths.Config, cancellationToken) is null)
        {
            throw new AgentException(
                MachinesErrors.NoConfiguration,
                "nothing can be installed",
                $"there is no {HostPaths.Config} and none was given",
                "Run install with --config FILE");
        }
    }

    private static async Task CheckAsync(IReadOnlyList<IHostChange> changes, HostFacts facts, CancellationToken cancellationToken)
    {
        foreach (var change in changes)
            await change.CheckAsync(facts, cancellationToken);
    }

    private async Task<HostJournal> ApplyAsync(
        IHostChange change, HostJournal journal, HostFacts facts, IProgress<HostStep> progress, CancellationToken cancellationToken)
    {
        var report = new ProgressReport(change.Name, progress);
        var entry = journal.Find(change.Name);
        if (entry is { Status: HostChangeStatus.Undoing })
            await change.UndoAsync(entry.State, facts, report, cancellationToken);
        if (entry is { Status: HostChangeStatus.Undoing or HostChangeStatus.Undone })
            entry = null;
        if (entry is { Status: HostChangeStatus.Applied } && await change.IsAppliedAsync(entry.State, cancellationToken))
        {
            report.Step(HostStepKind.Unchanged, change.Description);
            return journal;
        }

        // What was there is captured once, before the first effect ever: a later run must not take the agent's own work for it.
        if ((entry?.State ?? await change.CaptureAsync(facts, cancellationToken)) is not { } state)
        {
            report.Step(HostStepKind.Unchanged, change.Description);
            return await ForgetAsync(change, journal, cancellationToken);
        }

        report.Step(HostStepKind.Started, change.Description);
        state = await change.IntendAsync(state, cancellationToken);
        entry = (entry ?? new HostJournalEntry(change.Name, HostChangeStatus.Applying, state)) with { Status = HostChangeStatus.Applying, State = state };
        journal = await SaveAsync(journal.With(entry), cancellationToken);
        state = await change.ApplyAsync(state, report, cancellationToken);
        journal = await SaveAsync(journal.With(entry with { Status = HostChangeStatus.Applied, State = state }), cancellationToken);
        report.Step(HostStepKind.Done, change.Description);
        LogApplied(change.Name);
        return journal;
    }

    private async Task<HostJournal?> UndoAsync(
        IHostChange change, HostJournal? journal, HostFacts facts, IProgress<HostStep> progress, CancellationToken cancellationToken)
    {
        var report = new ProgressReport(change.Name, progress);
        var entry = journal?.Find(change.Name);
        if (entry is { Status: HostChangeStatus.Undone })
            return journal;
        var lines = await change.DescribeUndoAsync(entry?.State, facts, cancellationToken);
        foreach (var line in lines)
            report.Step(HostStepKind.Started, line);
        if (entry is { Status: not HostChangeStatus.Undoing })
            journal = await SaveAsync(journal!.With(entry with { Status = HostChangeStatus.Undoing }), cancellationToken);
        await change.UndoAsync(entry?.State, facts, report, cancellationToken);
        if (entry is not null)
            journal = await SaveAsync(journal!.With(entry with { Status = HostChangeStatus.Undone }), cancellationToken);
        if (lines.Count > 0)
            report.Step(HostStepKind.Done, change.Name);
        LogUndone(change.Name);
        return journal;
    }

    private static async Task CheckNothingLeftAsync(
        IReadOnlyList<IHostChange> changes, HostJournal? journal, HostFacts facts, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var change in changes)
            left.AddRange(await change.FindLeftoversAsync(journal?.Find(change.Name)?.State, facts, cancellationToken));
        if (left.Count == 0)
            return;
        throw new AgentException(
            MachinesErrors.HostLeftovers,
            "something of the agent's is still there after uninstall",
            string.Join("; ", left),
            "Do these by hand, or stop what makes them again, and run uninstall once more: its record is kept");
    }

    private IReadOnlyList<IHostChange> Known(HostJournal? journal)
    {
        var changes = HostChanges.Create(_host, new HostInstallOptions());
        var names = changes.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = (journal?.Changes ?? []).Where(c => !names.Contains(c.Name) && c.Status != HostChangeStatus.Undone).Select(c => c.Name).ToList();
        if (unknown.Count == 0)
            return changes;
        throw new AgentException(
            MachinesErrors.HostChangeUnknown,
            $"this agent can't undo {string.Join(", ", unknown)}",
            "another version of unbounded-agent made these changes",
            "Run the version that is installed; nothing was changed");
    }

    private async Task<HostFacts> FactsAsync(HostJournal? journal, CancellationToken cancellationToken) =>
        new(journal?.Ancestor ?? await AncestorLayout.IsPresentAsync(_host.Files, cancellationToken), Recorded: journal is not null);

    private async Task<HostJournal> ForgetAsync(IHostChange change, HostJournal journal, CancellationToken cancellationToken) =>
        journal.Find(change.Name) is null ? journal : await SaveAsync(journal.Without(change.Name), cancellationToken);

    private async Task<HostJournal> SaveAsync(HostJournal journal, CancellationToken cancellationToken)
    {
        await _journals.SaveAsync(journal, cancellationToken);
        return journal;
    }
}
