using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>The transaction by hand: what the planner decides, carried out as far as a command goes.</summary>
/// <param name="slots">The slots.</param>
/// <param name="records">The record.</param>
/// <param name="executor">Carries out plans.</param>
/// <param name="files">What is derived from the record.</param>
/// <param name="time">The clock.</param>
internal sealed class UpdateRun(ISlots slots, RecordStore records, Executor executor, DerivedFiles files, TimeProvider time)
{
    /// <summary>The record; null when there is none.</summary>
    public Task<AgentRecord?> LoadAsync(CancellationToken cancellationToken) => records.LoadAsync(cancellationToken);

    /// <summary>Looks at the slots and decides.</summary>
    public async Task<(Plan Plan, SlotsObservation Slots)> DecideAsync(
        AgentRecord? record, Desired? desired, Requests requests, FoundConfig? found, CancellationToken cancellationToken)
    {
        var seen = await slots.InspectAsync(cancellationToken);
        var observed = new Observed(seen, found is null ? Discovery.Nothing : new(found), requests);
        return (Planner.Decide(record, desired, observed, time.GetUtcNow()), seen);
    }

    /// <summary>Carries out the first steps of a plan.</summary>
    /// <param name="record">The record that it was made from.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="seen">The slots that it was made from.</param>
    /// <param name="last">Steps of this kind and what follows them are left for another command; null: all are carried out.</param>
    /// <param name="cancellationToken">A stop request.</param>
    /// <exception cref="AgentException">It can't go on, or has given up.</exception>
    public async Task<ExecutionResult> RunAsync(
        AgentRecord? record, Plan plan, SlotsObservation seen, Func<PlanStep, bool>? last, CancellationToken cancellationToken)
    {
        var part = last is null ? plan : plan with { Steps = [.. plan.Steps.TakeWhile(s => !last(s))] };
        var result = await executor.RunAsync(record, part, seen, cancellationToken);
        return result.End switch
        {
            ExecutionEnd.Unfinished => throw Coded(result.Error!),
            ExecutionEnd.Suspended => throw new OperationCanceledException(cancellationToken),
            _ => result,
        };
    }

    /// <summary>Saves a record, and what is derived from it.</summary>
    public async Task<AgentRecord> SaveAsync(AgentRecord record)
    {
        var saved = await records.SaveAsync(record, CancellationToken.None);
        await files.EnsureStateAsync(saved, CancellationToken.None);
        return saved;
    }

    /// <summary>Makes the files that are derived from a record agree with it; a death may have come between the two.</summary>
    public Task EnsureAsync(AgentRecord record, CancellationToken cancellationToken) => files.EnsureAsync(record, cancellationToken);

    /// <summary>An error of the record as one that is thrown.</summary>
    public static AgentException Coded(ErrorRecord error, ErrorKind kind = ErrorKind.TransitionFailed) =>
        new(new ErrorCode(error.Code, kind), error.Message, error.Cause, error.NextStep);
}
