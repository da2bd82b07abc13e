using System.CommandLine;
using Unbounded.Agent.Commands.Approve;
using Unbounded.Agent.Commands.Controller;
using Unbounded.Agent.Commands.Daemon;
using Unbounded.Agent.Commands.Hidden;
using Unbounded.Agent.Commands.Image;
using Unbounded.Agent.Commands.Install;
using Unbounded.Agent.Commands.Manifests;
using Unbounded.Agent.Commands.Plan;
using Unbounded.Agent.Commands.Preflight;
using Unbounded.Agent.Commands.Rollback;
using Unbounded.Agent.Commands.Selftest;
using Unbounded.Agent.Commands.Status;
using Unbounded.Agent.Commands.Swap;
using Unbounded.Agent.Commands.Uninstall;
using Unbounded.Agent.Commands.Update;
using Unbounded.Agent.Commands.Version;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Cli;

/// <summary>The command line of the agent.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs one command line and returns its exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        var parsed = Create(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
            return ErrorRenderer.Render(Unparsable(parsed), terminal, OutputFormat.Text, debug: false);

        using var signals = new TerminationSignals(hangup: parsed.CommandResult.Command.Name != DaemonCommand.Name);
        // Signals are ours: the library would end the process two seconds after one, in the middle of a step.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, signals.Token);
    }

    internal static RootCommand Create(Terminal terminal)
    {
        var global = new GlobalOptions();
        var runner = new CommandRunner(terminal, global);
        var root = new RootCommand("Replaces a Kubernetes node the way a database commits a transaction.");
        global.AddTo(root);
        root.Add(PreflightCommand.Create(runner));
        root.Add(InstallCommand.Create(runner));
        root.Add(StatusCommand.Create(runner));
        root.Add(PlanCommand.Create(runner));
        root.Add(SwapCommand.Create(runner));
        root.Add(RollbackCommand.Create(runner));
        root.Add(UninstallCommand.Create(runner));
        root.Add(UpdateCommand.Create(runner));
        root.Add(ImageCommand.Create(runner));
        root.Add(DaemonCommand.Create(runner));
        root.Add(SelftestCommand.Create(runner));
        root.Add(ManifestsCommand.Create(runner));
        root.Add(ApproveCommand.Create(runner));
        root.Add(ControllerCommand.Create(runner));
        root.Add(VersionCommand.Create(runner));
        root.Add(MachinePrestartCommand.Create(runner));
        root.Add(ClearFirewallCommand.Create(runner));
        return root;
    }

    private static AgentException Unparsable(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "unbounded-agent" : $"unbounded-agent {command.Name}";
        return new AgentException(
            FrontDoorErrors.CommandLine,
            "the command line can't be understood",
            string.Join("; ", parsed.Errors.Select(e => e.Message.TrimEnd('.'))),
            $"see {name} --help");
    }
}
