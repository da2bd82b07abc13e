using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Following;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Locks;
using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Install;

/// <summary>
/// <c>install</c>: prepares the host, puts the agent and its configuration in place and starts the daemon, which brings up the node; this process looks on.
/// </summary>
internal static class InstallCommand
{
    public static Command Create(CommandRunner runner)
    {
        var config = new Option<string>("--config", "-c") { Description = "The configuration to install; without it the one that is there is kept.", HelpName = "FILE" };
        var machine = new Option<string>("--machine") { Description = "The Machine to install where there is none; without it one is made from the configuration.", HelpName = "FILE" };
        var offline = new Option<bool>("--no-packages") { Description = "Install no packages: fail when one is missing." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return when the daemon runs, without waiting for the node." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be changed on the host; changes nothing." };
        var command = new Command("install", "Prepare this host, install the agent and bring up its node.") { config, machine, offline, noWait, dryRun };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, output: null, async (context, stop) =>
        {
            Privileges.DemandRoot("install", Environment.IsPrivilegedProcess);
            var options = Options(parsed.GetValue(config), parsed.GetValue(machine)) with { AllowPackages = !parsed.GetValue(offline) };
            return parsed.GetValue(dryRun)
                ? await ShowAsync(context, options, stop)
                : await RunAsync(context, options, wait: !parsed.GetValue(noWait), stop);
        }, cancellationToken));
        return command;
    }

    // Read and checked before anything is changed: a mistake in it must not leave half an installation.
    private static HostInstallOptions Options(string? configFile, string? machineFile)
    {
        var config = configFile is null ? null : BoundedFile.Read(configFile, AgentConfigParser.MaxBytes);
        var parsed = config is null ? null : AgentConfigParser.Parse(config).Config;
        var machine = machineFile is not null ? BoundedFile.Read(machineFile, MachineFile.MaxBytes)
            : parsed is not null ? System.Text.Encoding.UTF8.GetBytes(MachineFile.Write(parsed.MachineName, parsed.Cluster.Version, parsed.OCIImage))
            : null;
        if (machineFile is not null)
            MachineFile.Parse(machine!);
        return new HostInstallOptions { Config = config, MachineYaml = machine };
    }

    private static async Task<int> ShowAsync(CommandContext context, HostInstallOptions options, CancellationToken cancellationToken)
    {
        await using var services = OneShot.Create("install", context, mayWrite: false);
        foreach (var step in await HostPreparation.Create(services).PlanInstallAsync(options, cancellationToken))
            context.Terminal.Out.WriteLine(step.Message);
        return ExitCode.Success;
    }

    private static async Task<int> RunAsync(CommandContext context, HostInstallOptions options, bool wait, CancellationToken cancellationToken)
    {
        using var view = ProgressViews.Create(context.Terminal, TimeProvider.System);
        await using var services = OneShot.Create("install", context, mayWrite: true, view);
        using (AgentLock.Take(services.Paths.Lock, "install", services.Time))
            await HostPreparation.Create(services).InstallAsync(options, new HostStepView(view), cancellationToken);
        if (!wait)
            return ExitCode.Success;
        var began = services.Time.GetUtcNow();
        var record = await services.Follower(view).FollowAsync((now, note) => Task.FromResult(FirstNode.Of(now, note, began)), cancellationToken);
        view.Dispose();
        if (record.LastTransition is { } first)
            return TransitionOutcome.Print(first, context);
        context.Terminal.Out.WriteLine($"{record.Active!.Slot} runs Kubernetes {record.Active.Version}; it was adopted as it is");
        return ExitCode.Success;
    }
}
