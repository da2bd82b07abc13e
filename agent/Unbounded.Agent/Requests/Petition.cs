using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;

namespace Unbounded.Agent.Requests;

/// <summary>
/// Asks for something and sees it through. The wish is a durable request in any case: a daemon that runs carries it out, else this process does.
/// </summary>
/// <param name="requests">Where it is asked.</param>
/// <param name="records">Where its outcome is.</param>
/// <param name="daemonRuns">Whether there is a daemon.</param>
/// <param name="reconcile">Carries it out in this process.</param>
/// <param name="follower">Looks on while the daemon does.</param>
internal sealed class Petition(
    RequestStore requests,
    RecordStore records,
    Func<bool> daemonRuns,
    Func<CancellationToken, Task<ReconcileResult>> reconcile,
    Follower follower)
{
    /// <summary>Asks, and waits for the outcome.</summary>
    /// <exception cref="AgentException">It was refused, or it waits (<see cref="FrontDoorErrors.RequestWaits"/>) and stays.</exception>
    public async Task<RequestEnd> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        await requests.AddAsync(request, cancellationToken);
        return daemonRuns()
            ? await FollowAsync(request, cancellationToken)
            : await CarryOutAsync(request, cancellationToken);
    }

    private async Task<RequestEnd> CarryOutAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var result = await reconcile(cancellationToken);
        if (result.End == ExecutionEnd.Suspended)
            throw new OperationCanceledException(cancellationToken);
        return await EndAsync(request.Id) ?? throw Waits(request, result.Plan.Summary, result.Problem);
    }

    private async Task<RequestEnd> FollowAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await follower.FollowAsync(
                async (_, note) => await EndAsync(request.Id)
                    ?? (note is { Settled: true } && note.Waiting.Contains(request.Id) ? throw Waits(request, note.Plan ?? "", note.Problem) : null),
                cancellationToken);
        }
        catch (AgentException e) when (e.Code == FrontDoorErrors.DaemonStopped)
        {
            throw new AgentException(
                e.Code,
                $"the daemon stopped before the {Name(request)} was carried out",
                e.Why,
                $"the request is kept: {e.Next}. To take it back, remove {requests.PathOf(request.Id)}",
                e);
        }
    }

    // The request goes when its outcome was published: carried out, then the record names it, or refused, then there is an answer.
    private async Task<RequestEnd?> EndAsync(string id)
    {
        if (requests.Waits(id))
            return null;
        var refusal = await requests.TakeAnswerAsync(id, CancellationToken.None);

        // Read only now: a record from before the request went could be that of the transition's last step.
        if ((await records.LoadAsync(CancellationToken.None))?.LastTransition is { } last && last.Request == id)
            return new(last);
        return refusal is null ? new((TransitionSummary?)null) : throw TransitionOutcome.Refused(refusal);
    }

    private static string Name(AgentRequest request) => request.Kind == RequestKind.Rollback ? "rollback" : "swap";

    private AgentException Waits(AgentRequest request, string plan, ErrorRecord? problem) => new(
        FrontDoorErrors.RequestWaits,
        $"the {Name(request)} was not carried out yet",
        problem is null ? plan : $"{plan}; {problem.Code}: {problem.Message}: {problem.Cause}",
        $"nothing has to be repeated: the request is kept until nothing stands in its way; to take it back, remove {requests.PathOf(request.Id)}");
}
