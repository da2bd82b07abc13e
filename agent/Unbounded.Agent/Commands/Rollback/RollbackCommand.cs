using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;

namespace Unbounded.Agent.Commands.Rollback;

/// <summary>
/// <c>rollback</c>: back to the side before. The wish is a durable request in any case: a daemon that runs carries it out, else this process does.
/// </summary>
internal static class RollbackCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var command = new Command("rollback", "Go back to the side that ran before, whose content was kept.") { output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output, RunAsync, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Privileges.DemandRoot("rollback", Environment.IsPrivilegedProcess);
        using var view = ProgressViews.Create(context.Terminal, TimeProvider.System);
        await using var services = OneShot.Create("rollback", context, mayWrite: true, view);
        var request = new AgentRequest(Guid.NewGuid().ToString("N"), RequestKind.Rollback, services.Time.GetUtcNow());
        await services.Requests.AddAsync(request, cancellationToken);
        var ended = AgentLock.Holder(services.Paths.DaemonLock) is null
            ? await CarryOutAsync(services, request.Id, cancellationToken)
            : await FollowAsync(services, request.Id, view, cancellationToken);
        view.Dispose();
        return TransitionOutcome.Print(ended, context);
    }

    private static async Task<TransitionSummary> CarryOutAsync(AgentServices services, string request, CancellationToken cancellationToken)
    {
        var result = await services.Reconciler.ReconcileAsync(cancellationToken);
        if (result.End == ExecutionEnd.Suspended)
            throw new OperationCanceledException(cancellationToken);
        return await EndAsync(services, request, result.Record)
            ?? throw (result.Problem is { } problem ? TransitionOutcome.Refused(problem) : NotDone(result.Plan.Summary));
    }

    private static Task<TransitionSummary> FollowAsync(AgentServices services, string request, IProgressView view, CancellationToken cancellationToken) =>
        new Follower(services.Paths, services.Records, view, services.Time)
            .FollowAsync((record, _) => EndAsync(services, request, record), cancellationToken);

    // The request goes when its outcome was published: carried out, then the record names it, or refused, then there is an answer.
    private static async Task<TransitionSummary?> EndAsync(AgentServices services, string request, AgentRecord? record)
    {
        if (services.Requests.Waits(request))
            return null;
        if (await services.Requests.TakeAnswerAsync(request, CancellationToken.None) is { } refusal)
            throw TransitionOutcome.Refused(refusal);
        return record?.LastTransition is { } last && last.Request == request ? last : null;
    }

    private static AgentException NotDone(string plan) => new(
        FrontDoorErrors.RequestWaits,
        "the rollback was not carried out yet",
        plan,
        "it is kept and carried out when nothing stands in its way; unbounded-agent status shows how it ends");
}
