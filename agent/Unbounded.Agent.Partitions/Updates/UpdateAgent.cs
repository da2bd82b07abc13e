using Unbounded.Agent.Core;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>
/// The commands of <c>unbounded-agent update</c>: the same record, plan, executor and gate as a machine's swap, one step a command. Only
/// <see cref="CheckAsync"/> and <see cref="StatusAsync"/> change nothing and take no lock.
/// </summary>
public sealed partial class UpdateAgent : IUpdateSteps
{
    private const int PlansPerCommand = 8;

    private readonly IBootedSlots _slots;
    private readonly IBootEnvironment _boot;
    private readonly ISlotTable _table;
    private readonly UpdateRun _run;
    private readonly UpdateTargets _targets;
    private readonly IUpdateSource _source;
    private readonly IndexMemory _memory;
    private readonly UpdateSettings _settings;
    private readonly ITransitionLock _lock;
    private readonly ICheckSource _common;
    private readonly OsRelease _release;
    private readonly TimeProvider _time;
    private readonly UpdateTiming _timing;
    private readonly ISystemd? _systemd;
    private readonly INodeLabels? _node;

    internal UpdateAgent(
        IBootedSlots slots,
        IBootEnvironment boot,
        ISlotTable table,
        OsRelease release,
        UpdateRun run,
        UpdateTargets targets,
        IUpdateSource source,
        IndexMemory memory,
        UpdateSettings settings,
        ITransitionLock mutex,
        ICheckSource common,
        UpdateTiming timing,
        ISystemd? systemd,
        INodeLabels? node,
        TimeProvider time)
    {
        (_slots, _boot, _table, _release, _run, _targets, _source, _memory) = (slots, boot, table, release, run, targets, source, memory);
        (_settings, _lock, _common, _timing, _systemd, _node, _time) = (settings, mutex, common, timing, systemd, node, time);
    }

    /// <summary>Looks whether there is something newer. Touches nothing, the state file least of all.</summary>
    /// <exception cref="AgentException">The index can't be had, or the slots can't be told.</exception>
    public async Task<UpdateOffer> CheckAsync(UpdateRequest request, CancellationToken cancellationToken) =>
        (await LookAsync(request, await _run.LoadAsync(cancellationToken), cancellationToken, remember: false)).Offer;

    /// <summary>Brings an image into the passive slot. What was begun goes on as it was frozen, whatever the source has by now (laws 3, 5).</summary>
    /// <exception cref="AgentException">A gate is closed and nothing was touched; or it was given up, and the slot is empty.</exception>
    public async Task<UpdateEnd> ApplyAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update apply");
        var record = await OpenAsync(cancellationToken);
        if (record.Transition is { GivenUp: null, Committed: false } begun && !IsPrepared(begun))
            return await GoOnAsync(record, begun, request, cancellationToken);
        var (offer, _, index) = await LookAsync(request, record, cancellationToken);
        if (offer.Image is null)
            throw Refused(PartitionsErrors.NoCandidate, "There is nothing to install", offer.Obstacles);
        var target = _targets.Of(offer.Image, index, request.Retry ? _time.GetUtcNow().ToString("O") : record.Attempts?.RetryNonce);
        if (record.Transition is { GivenUp: null, Committed: false } t)
        {
            return t.Target.Fingerprint == target.Fingerprint
                ? new(record.State, $"version {t.Target.Version} is prepared in slot {t.To} already")
                : throw OutOfOrder("Nothing is installed", $"version {t.Target.Version} is prepared in slot {t.To}", "Activate it (unbounded-agent update activate), or give it up (rollback)");
        }

        if (record.Transition is null && record.Active!.Fingerprint == target.Fingerprint)
            return new(record.State, $"version {offer.Image.Version} runs already");
        if (offer.Obstacles.Count > 0)
            throw Refused(PartitionsErrors.GateClosed, $"Version {offer.Image.Version} is not installed", offer.Obstacles);
        if (!offer.IsNewer && !request.AllowDowngrade && record.Transition is null && request.Version is null)
            return new(record.State, $"nothing newer than {offer.CurrentVersion} is there");
        return await StageAsync(record, target, cancellationToken);
    }

    /// <summary>Goes back: an update that is under way is given up; else the slot before is booted again.</summary>
    /// <exception cref="AgentException">There is nothing to go back to.</exception>
    public async Task<UpdateEnd> RollbackAsync(CancellationToken cancellationToken)
    {
        using var held = _lock.Acquire("update rollback");
        var record = await OpenAsync(cancellationToken);
        var request = $"rollback-{_time.GetUtcNow():O}";
        if (record.Transition is { Committed: false } t)
        {
            var reason = new ErrorRecord(
                CoreErrors.LeftOnRequest.Id,
                $"The update to {t.Target.Version} was given up on request",
                "unbounded-agent update rollback was run",
                "The same version is tried again with: unbounded-agent update apply --retry");
            if (t.GivenUp is null)
                record = await _run.SaveAsync(record with { Transition = t with { GivenUp = reason, TargetFailed = true } });
        }

        for (var plans = 0; plans < PlansPerCommand; plans++)
        {
            var requests = record.Transition is null && plans == 0 ? new Requests { Rollback = request } : Requests.None;
            var (plan, seen) = await _run.DecideAsync(record, desired: null, requests, found: null, cancellationToken);
            if (plan.Refusal is { } refusal)
                throw new AgentException(PartitionsErrors.StepOutOfOrder, refusal.Message, refusal.Cause, "There is nothing to go back to until an update was committed");
            var result = await _run.RunAsync(record, plan, seen, last: null, cancellationToken);
            record = result.Record ?? record;
            if (result.End == ExecutionEnd.EndsProcess)
                return new(record.State, $"the host goes back to slot {seen.Slots.First(s => s.Name != seen.Permitted).Name}") { Reboots = true };
            if (record.Transition is null)
                return new(record.State, "the update was given up; the running system was not touched");
        }

        throw OutOfOrder("The rollback does not come to its end", "the slots do not do as they are told", "See unbounded-agent update status");
    }

    private async Task<UpdateEnd> StageAsync(AgentRecord record, Target target, CancellationToken cancellationToken)
    {
        var desired = new Desired(target, new(0, 0), [$"system {record.Active!.Version} -> {target.Config.Cluster.Version}"]);
        for (var plans = 0; plans < PlansPerCommand; plans++)
        {
            var (plan, seen) = await _run.DecideAsync(record, desired, Requests.None, found: null, cancellationToken);
            switch (plan.Kind)
            {
                case PlanKind.Swap:
                    return await PreparedAsync(await _run.RunAsync(record, plan, seen, IsHandover, cancellationToken), target.Config.Cluster.Version);
                case PlanKind.Held or PlanKind.Waiting or PlanKind.Nothing or PlanKind.Refused:
                    throw new AgentException(PartitionsErrors.GateClosed, $"Version {target.Config.Cluster.Version} is not installed", plan.Summary, "Try it again all the same: unbounded-agent update apply --retry");
                case PlanKind.Repair when plan.Steps.Any(s => s.Kind == StepKind.Restore):
                    throw OutOfOrder("Nothing is installed", plan.Summary, "Run unbounded-agent update healthcheck first: it reboots into the committed slot");
                default:
                    record = (await _run.RunAsync(record, plan, seen, last: null, cancellationToken)).Record!;
                    break;
            }
        }

        throw OutOfOrder("Nothing is installed", "the host can't be put right", "See unbounded-agent update status");
    }

    private async Task<UpdateEnd> GoOnAsync(AgentRecord record, TransitionRecord t, UpdateRequest request, CancellationToken cancellationToken)
    {
        if (t.HandoverBegun)
            throw OutOfOrder("Nothing is installed", $"slot {t.To} (version {t.Target.Version}) is on trial", "Wait for its verdict (unbounded-agent update healthcheck), or give it up (rollback)");
        if (request.Version is { } other && SystemVersion.Compare(other, t.Target.Version) != 0)
            throw OutOfOrder("Nothing is installed", $"version {t.Target.Version} was begun, and its fetch cut off", "Go on with it (apply without --version), or give it up (rollback)");
        var (plan, seen) = await _run.DecideAsync(record, desired: null, Requests.None, found: null, cancellationToken);
        return await PreparedAsync(await _run.RunAsync(record, plan, seen, IsHandover, cancellationToken), t.Target.Version);
    }

    private async Task<UpdateEnd> PreparedAsync(ExecutionResult result, string version)
    {
        if (result.Record?.Transition is not { } t)
            throw Given(result.Record!);
        // Left in good order: the next command goes on, and counts no interruption.
        var saved = await _run.SaveAsync(result.Record with { Transition = t with { Suspended = true } });
        return new(saved.State, $"version {version} is in slot {t.To}, read back and complete");
    }

    // What is remembered is changed under the lock only.
    private async Task<(UpdateOffer Offer, UpdateIndex Index, Uri Location)> LookAsync(
        UpdateRequest request, AgentRecord? record, CancellationToken cancellationToken, bool remember = true)
    {
        var running = _table.Running();
        var passive = _table.Find(SlotTable.Names.First(n => n != running));
        var (index, location) = await _source.ReadAsync(_settings, request.Version, cancellationToken);
        await _memory.DemandAsync(index, location, remember, cancellationToken);
        var current = record?.Active is { } active && active.Slot == running ? active.Version : _release.Version;
        var node = _node is null || request.Force ? NodeAnswer.NotAsked : await _node.ReadAsync(cancellationToken);
        var offer = UpdateGates.Look(index, _settings, request, current, passive.SizeBytes, node, _time.GetUtcNow());
        return (offer with { Obstacles = [.. offer.Obstacles, .. await _boot.ObstaclesAsync(cancellationToken)] }, index, location);
    }

    // The record, made from what runs where there is none yet.
    private async Task<AgentRecord> OpenAsync(CancellationToken cancellationToken)
    {
        if (await _run.LoadAsync(cancellationToken) is { } record)
            return record;
        var found = _targets.Running(_table.Running(), _release.Version);
        var (plan, seen) = await _run.DecideAsync(record: null, desired: null, Requests.None, found, cancellationToken);
        return plan.Refusal is { } refusal
            ? throw UpdateRun.Coded(refusal)
            : (await _run.RunAsync(record: null, plan, seen, last: null, cancellationToken)).Record!;
    }

    private static bool IsPrepared(TransitionRecord t) => t is { Step: StepKind.Prepare, StepState: StepState.Done };

    private static bool IsHandover(PlanStep step) => step.Kind is StepKind.Deactivate or StepKind.Activate;

    private static AgentException Given(AgentRecord record) => record.LastTransition?.Error is { } error
        ? UpdateRun.Coded(error)
        : OutOfOrder("The update was given up", record.State.LastError, "See unbounded-agent update status");

    private static AgentException Refused(ErrorCode code, string what, IReadOnlyList<string> reasons) => new(
        code,
        what,
        string.Join("; ", reasons),
        "unbounded-agent update check shows what the index has, and what stands against it",
        details: [.. reasons.Select(r => new ErrorDetail("gate", r))]);

    private static AgentException OutOfOrder(string what, string why, string next) => new(PartitionsErrors.StepOutOfOrder, what, why, next);
}
