using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Commands.Manifests;

/// <summary><c>manifests</c>: what a cluster needs to know, for <c>kubectl apply -f -</c>.</summary>
internal static class ManifestsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var machine = new Option<string>("--machine") { Description = "Print the rights of this machine's daemon instead: to its own Machine and Node, and to the making of events.", HelpName = "NAME" };
        var node = new Option<string[]>("--node")
        {
            Description = $"With --machine: name of its Node, where that is not the Machine's. With --updates: a node that is updated, may be given again; without, it is the one with the label {UpdateManifests.NodeLabel}=true.",
            HelpName = "NAME",
        };
        var drain = new Option<bool>("--drain") { Description = "With --machine: also the rights to drain its Node, which are to list and evict any pod of the cluster." };
        var updates = new Option<string>("--updates") { Description = "Print what updates a host with two system partitions from this server instead: a CronJob, its ConfigMap, a health check.", HelpName = "URL" };
        var image = new Option<string>("--image") { Description = "With --updates: an image that has chroot.", HelpName = "IMAGE", DefaultValueFactory = _ => "busybox:stable" };
        var channel = new Option<string>("--channel") { Description = "With --updates: only images of this channel.", HelpName = "NAME", DefaultValueFactory = _ => "stable" };
        var command = new Command("manifests", "Print what to give to kubectl apply -f -: the Machine kind, or with --machine one machine's rights.") { machine, node, drain, updates, image, channel };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, null, (context, _) =>
        {
            var nodes = parsed.GetValue(node) ?? [];
            context.Terminal.Out.Write(
                parsed.GetValue(updates) is { } server ? UpdateManifests.Of(ControllerManifests.DefaultNamespace, parsed.GetValue(image)!, server, parsed.GetValue(channel)!, nodes)
                : parsed.GetValue(machine) is { } name ? ManifestSet.RightsOf(name, NodeOf(name, nodes), parsed.GetValue(drain)) : ManifestSet.Machines());
            return Task.FromResult(ExitCode.Success);
        }, cancellationToken));
        return command;
    }

    private static string? NodeOf(string machine, string[] nodes) => nodes.Length <= 1 ? nodes.FirstOrDefault() : throw new AgentException(
        FrontDoorErrors.CommandLine,
        $"the rights of {machine} are not printed",
        $"a machine has one Node, and --node was given {nodes.Length} times",
        "pass --node once, and run the command for each machine");
}
