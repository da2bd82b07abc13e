using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Install;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Uninstall;

/// <summary><c>uninstall</c>: takes the node away and leaves the host as it was before <c>install</c>.</summary>
internal static class UninstallCommand
{
    public static Command Create(CommandRunner runner)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be undone; changes nothing." };
        var command = new Command("uninstall", "Take the node away and leave this host as it was before the installation.") { dryRun };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(
            parsed,
            output: null,
            (context, stop) => parsed.GetValue(dryRun) ? ShowAsync(context, stop) : RunAsync(context, stop),
            cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var services = OneShot.Create("uninstall", context, mayWrite: false);
        foreach (var step in await HostPreparation.Create(services).PlanUninstallAsync(cancellationToken))
            context.Terminal.Out.WriteLine(step.Message);
        return ExitCode.Success;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Privileges.DemandRoot("uninstall", Environment.IsPrivilegedProcess);
        using var view = ProgressViews.Create(context.Terminal, TimeProvider.System);
        await using var services = OneShot.Create("uninstall", context, mayWrite: true, view);
        using (AgentLock.Take(services.Paths.Lock, "uninstall", services.Time))
            await HostPreparation.Create(services).UninstallAsync(new HostStepView(view), cancellationToken);
        view.Dispose();
        context.Terminal.Out.WriteLine("nothing of the agent is left on this host");
        return ExitCode.Success;
    }
}
