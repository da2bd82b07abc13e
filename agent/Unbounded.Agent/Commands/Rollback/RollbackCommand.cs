using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Following;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;

namespace Unbounded.Agent.Commands.Rollback;

/// <summary><c>rollback</c>: back to the side before.</summary>
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
        var end = await services.Petition(view).RunAsync(AgentRequest.New(RequestKind.Rollback, services.Time), cancellationToken);
        view.Dispose();
        return TransitionOutcome.Print(end.Transition, context);
    }
}
