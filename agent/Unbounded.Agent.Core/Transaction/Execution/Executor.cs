using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>
/// Carries out plans: the intent is saved, the effect happens, its end is saved, step by step (law 1). A step that fails before the point of
/// no return turns the plan around; one that fails after it never does.
/// </summary>
/// <param name="slots">The backend.</param>
/// <param name="records">The record.</param>
/// <param name="files">Files derived from it.</param>
/// <param name="publisher">Tells the world.</param>
/// <param name="checks">Checks beside the backend's own.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="observer">Watches, null when nobody does.</param>
/// <param name="options">Bounds, null for the defaults.</param>
/// <param name="drain">Empties the node before a handover, null where it is a part of nothing.</param>
public sealed class Executor(
    ISlots slots,
    RecordStore records,
    DerivedFiles files,
    IStatusPublisher publisher,
    ICheckSource checks,
    TimeProvider time,
    ILogger<Executor> logger,
    ITransitionObserver? observer = null,
    ExecutorOptions? options = null,
    INodeDrain? drain = null)
{
    /// <summary>Carries out a plan.</summary>
    /// <param name="record">The record that the plan was made from, null when there was none.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="observed">The slots that the plan was made from.</param>
    /// <param name="cancellationToken">
    /// A stop request. Heeded at once while the node runs, and after a handover has come to its end; never between the stop of one side and
    /// the start of the other, and never across the commit.
    /// </param>
    public Task<ExecutionResult> RunAsync(AgentRecord? record, Plan plan, SlotsObservation observed, CancellationToken cancellationToken)
    {
        var bounds = options ?? new();
        var journal = new Journal(records, files, record, logger);
        var effects = new Effects(slots, files, time, bounds, plan, drain);
        var gate = new SideGate(slots, checks, time, journal, observer);
        return new PlanRun(slots, journal, effects, gate, publisher, time, logger, observer, plan, observed).RunAsync(cancellationToken);
    }
}
