using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;

namespace Unbounded.Agent.Core.Transaction.Execution;

/// <summary>
/// Brings the node to its desired state: called when anything changed, and when an earlier call said to look again. Resumes before it
/// discovers, discovers before it looks at drift (law 5). One call at a time.
/// </summary>
/// <param name="records">The record.</param>
/// <param name="surveyor">Looks at the host.</param>
/// <param name="executor">Carries out plans.</param>
/// <param name="files">Derived files.</param>
/// <param name="wishes">What is wanted.</param>
/// <param name="publisher">Tells the world.</param>
/// <param name="mutex">One change at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class Reconciler(
    RecordStore records,
    Surveyor surveyor,
    Executor executor,
    DerivedFiles files,
    IWishes wishes,
    IStatusPublisher publisher,
    ITransitionLock mutex,
    TimeProvider time,
    ILogger<Reconciler> logger)
{
    // A plan leads to the next at most this often in one call: resume, then drift, then labels. More would be a loop.
    private const int PlansPerCall = 8;

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly Backoff _open = new(time);
    private readonly Backoff _untold = new(time);
    private readonly Backoff _unwritten = new(time);
    private string? _openPlan;
    private long _ensured = -1;

    /// <summary>What would be done now. Changes nothing, takes no lock.</summary>
    public async Task<Plan> PlanAsync(CancellationToken cancellationToken) =>
        (await LookAsync(await records.LoadAsync(cancellationToken), cancellationToken)).Plan;

    /// <summary>Does what there is to do.</summary>
    /// <param name="cancellationToken">A stop request: heeded as soon as the node can be left alone.</param>
    /// <exception cref="AgentException">The record can't be used, or another process is at work: nothing was changed.</exception>
    public async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReconcileOnceAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(new(PlanKind.Nothing, "stopped on request"), ExecutionEnd.Suspended, Record: null, LookAgainAt: null, Problem: null);
        }
        catch (SurveyException e)
        {
            LogSurveyFailed(e.InnerException!);
            _open.Failed();
            _openPlan = null;
            var error = ErrorRecord.From(e.InnerException!);
            return new(Refusals.Because(error), ExecutionEnd.Unfinished, e.Record, Earlier(null, _open.Left), error);
        }
    }

    private async Task<ReconcileResult> ReconcileOnceAsync(CancellationToken cancellationToken)
    {
        var record = await records.LoadAsync(cancellationToken);
        var survey = await SurveyAsync(record, cancellationToken);
        if (!IsDue(survey) || (survey.Plan.Steps.Count == 0 && survey.Plan.AnsweredRequest is null && _ensured == (record?.Generation ?? -1)))
        {
            return Idle(survey, record);
        }

        using var held = mutex.Acquire(survey.Plan.Summary);
        return await ChangeAsync(cancellationToken);
    }

    private async Task<ReconcileResult> ChangeAsync(CancellationToken cancellationToken)
    {
        for (var plans = 0; ; plans++)
        {
            // Read again under the lock: whoever held it before may have changed everything.
            var record = await records.LoadAsync(cancellationToken);
            await EnsureFilesAsync(record, cancellationToken);
            var survey = await SurveyAsync(record, cancellationToken);
            if (survey.Plan.Steps.Count == 0 || plans == PlansPerCall || !IsDue(survey))
            {
                if (await AnswerAsync(survey, record, cancellationToken) && plans < PlansPerCall)
                {
                    continue;
                }

                return Idle(survey, record);
            }

            LogPlan(survey.Plan.Kind, survey.Plan.Summary);
            var result = await executor.RunAsync(record, survey.Plan, survey.Observed.Slots, cancellationToken);
            if (result.End != ExecutionEnd.Completed)
            {
                return Open(survey, result);
            }

            _open.Succeeded();
            if (result.Record is { PublicationPending: true })
            {
                // Carried out, but not told: that is tried again, and stands in nothing else's way.
                _untold.Failed();
            }
            else
            {
                _untold.Succeeded();
            }

            await AnswerAsync(survey, result.Record, cancellationToken);
        }
    }

    private async Task<Survey> SurveyAsync(AgentRecord? record, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(record, cancellationToken);
        }
        catch (AgentException e)
        {
            throw new SurveyException(record, e);
        }
    }

    private async Task<Survey> LookAsync(AgentRecord? record, CancellationToken cancellationToken)
    {
        // Law 5: what is in flight goes on, whatever is wanted by now (law 3).
        var wanted = record?.Transition is null ? await wishes.ReadAsync(cancellationToken) : new(Desired: null, Requests.None);
        var observed = await surveyor.ObserveAsync(record, wanted.Requests, cancellationToken);
        var desired = Surveyor.Compare(record, wanted.Desired, observed.Slots);
        var plan = Planner.Decide(record, desired, observed, time.GetUtcNow());
        return new(plan, observed, wanted.Problem ?? plan.Refusal ?? record?.Repair?.Error ?? (plan.Kind == PlanKind.Held ? record?.Attempts?.Error : null));
    }

    // What failed waits a while, unless there is something else to do by now.
    private bool IsDue(Survey survey) =>
        survey.Plan.Steps.All(s => s.Kind == StepKind.Publish) ? _untold.Left == TimeSpan.Zero
        : _openPlan != survey.Plan.Summary || _open.Left == TimeSpan.Zero;

    private ReconcileResult Idle(Survey survey, AgentRecord? record)
    {
        publisher.Report(new(record, survey.Observed.Slots, survey.Plan, time.GetUtcNow()) { Problem = survey.Problem });
        var wait = survey.Plan.Steps.Count == 0 ? TimeSpan.Zero
            : survey.Plan.Steps.All(s => s.Kind == StepKind.Publish) ? _untold.Left
            : _open.Left;

        // There is more to do than one call does: it goes on in the next one.
        wait = survey.Plan.Steps.Count > 0 && wait == TimeSpan.Zero ? Breath : wait;
        return new(survey.Plan, ExecutionEnd.Completed, record, Earlier(Earlier(survey.Plan.LookAgainAt, wait), _unwritten.Left), survey.Problem);
    }

    private ReconcileResult Open(Survey survey, ExecutionResult result)
    {
        if (result.End != ExecutionEnd.Unfinished)
        {
            return new(survey.Plan, result.End, result.Record, LookAgainAt: null, survey.Problem);
        }

        _open.Failed();
        _openPlan = survey.Plan.Summary;
        return new(survey.Plan, result.End, result.Record, Earlier(survey.Plan.LookAgainAt, _open.Left), result.Error ?? survey.Problem);
    }

    private DateTimeOffset? Earlier(DateTimeOffset? at, TimeSpan wait)
    {
        if (wait == TimeSpan.Zero)
        {
            return at;
        }

        var later = time.GetUtcNow() + wait;
        return at is { } a && a < later ? a : later;
    }

    // A request goes only after its outcome was published (law 4): not while a publication is pending.
    private async Task<bool> AnswerAsync(Survey survey, AgentRecord? record, CancellationToken cancellationToken)
    {
        if (survey.Plan.AnsweredRequest is not { } request || record is { PublicationPending: true })
        {
            return false;
        }

        try
        {
            await wishes.AnswerAsync(request, survey.Plan.Refusal, cancellationToken);
            return true;
        }
        catch (AgentException e)
        {
            throw new SurveyException(record, e);
        }
    }

    private async Task EnsureFilesAsync(AgentRecord? record, CancellationToken cancellationToken)
    {
        if (record is null || _ensured == record.Generation || _unwritten.Left > TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await files.EnsureAsync(record, cancellationToken);
            _ensured = record.Generation;
            _unwritten.Succeeded();
        }
        catch (AgentException e)
        {
            _unwritten.Failed();
            LogFilesNotWritten(e);
        }
    }

    // Not a failure of the node, but of looking at it: nothing was changed, and it is looked at again.
    private sealed class SurveyException(AgentRecord? record, Exception inner) : Exception(inner.Message, inner)
    {
        public AgentRecord? Record => record;
    }

    private sealed record Survey(Plan Plan, Observed Observed, ErrorRecord? Problem);
}
