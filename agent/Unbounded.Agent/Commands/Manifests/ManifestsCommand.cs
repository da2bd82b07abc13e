using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Commands.Manifests;

/// <summary><c>manifests</c>: what a cluster needs to know, for <c>kubectl apply -f -</c>.</summary>
internal static class ManifestsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var machine = new Option<string>("--machine") { Description = "Print the rights of this machine's daemon instead: to its own Machine and Node, and to the making of events.", HelpName = "NAME" };
        var node = new Option<string>("--node") { Description = "With --machine: name of its Node, where that is not the Machine's.", HelpName = "NAME" };
        var drain = new Option<bool>("--drain") { Description = "With --machine: also the rights to drain its Node, which are to list and evict any pod of the cluster." };
        var command = new Command("manifests", "Print what to give to kubectl apply -f -: the Machine kind, or with --machine one machine's rights.") { machine, node, drain };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, null, (context, _) =>
        {
            context.Terminal.Out.Write(parsed.GetValue(machine) is { } name ? ManifestSet.RightsOf(name, parsed.GetValue(node), parsed.GetValue(drain)) : ManifestSet.Machines());
            return Task.FromResult(ExitCode.Success);
        }, cancellationToken));
        return command;
    }
}
