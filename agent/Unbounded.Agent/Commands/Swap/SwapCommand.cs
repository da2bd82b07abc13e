using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Following;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;

namespace Unbounded.Agent.Commands.Swap;

/// <summary>
/// <c>swap</c>: the update that waits for a person (strategy Manual), or for a Node's deletion (OnDelete), now. Pause, failed targets and the maintenance window
/// count as always.
/// </summary>
internal static class SwapCommand
{
    public static Command Create(CommandRunner runner)
    {
        var output = OutputOption.Create();
        var ignoreWindow = new Option<bool>("--ignore-window") { Description = "Do not wait for the maintenance window." };
        var command = new Command("swap", "Begin the update that waits for a person (spec.update.strategy Manual or OnDelete).") { ignoreWindow, output };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(
            parsed, output, (context, stop) => RunAsync(context, parsed.GetValue(ignoreWindow), stop), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool ignoreWindow, CancellationToken cancellationToken)
    {
        Privileges.DemandRoot("swap", Environment.IsPrivilegedProcess);
        using var view = ProgressViews.Create(context.Terminal, TimeProvider.System);
        await using var services = OneShot.Create("swap", context, mayWrite: true, view);
        var request = AgentRequest.New(RequestKind.Update, services.Time) with { IgnoreWindow = ignoreWindow };
        var end = await services.Petition(view).RunAsync(request, cancellationToken);
        view.Dispose();
        return TransitionOutcome.Print(end.Transition, context);
    }
}
