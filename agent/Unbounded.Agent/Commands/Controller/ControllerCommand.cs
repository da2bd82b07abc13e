using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Fleet.Controlling;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Linux.Processes;
using Unbounded.Agent.Logging;

namespace Unbounded.Agent.Commands.Controller;

/// <summary><c>controller</c>: looks after a fleet's machines, in a pod or anywhere with a kubeconfig; <c>controller manifests</c>: what a cluster needs for it.</summary>
internal static class ControllerCommand
{
    private const int DefaultSeconds = 15;

    public static Command Create(CommandRunner runner)
    {
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Who asks, and which cluster; by default the service account of the pod that it runs in.", HelpName = "FILE" };
        var space = new Option<string?>("--lease-namespace") { Description = "Namespace of the Lease that says which controller leads; by default the pod's own, or the kubeconfig's.", HelpName = "NAME" };
        var seconds = new Option<int>("--lease-duration") { Description = "After how many seconds without a renewal another one leads.", HelpName = "SECONDS", DefaultValueFactory = _ => DefaultSeconds };
        var command = new Command("controller", "Approve the certificate requests of a fleet's machines until told to stop; of several that run, one leads.") { kubeconfig, space, seconds };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, null, async (context, stop) =>
        {
            var endpoint = parsed.GetValue(kubeconfig) is { } path
                ? Kubeconfig.Read(path, new ChildProcess(TimeProvider.System), TimeProvider.System)
                : InCluster.Read(Environment.GetEnvironmentVariable);
            var options = new ControllerOptions
            {
                LeaseNamespace = parsed.GetValue(space) ?? endpoint.Namespace,
                Candidate = $"{Environment.MachineName}_{Guid.NewGuid():N}",
                Election = ElectionOptions.Lasting(TimeSpan.FromSeconds(parsed.GetValue(seconds))),
            };
            using var loggers = LineLoggerFactory.Create(context, UnderJournal, TimeProvider.System);
            await new FleetController(endpoint, options, TimeProvider.System, Random.Shared, loggers).RunAsync(stop);
            return ExitCode.Success;
        }, cancellationToken));
        command.Add(Manifests(runner));
        return command;
    }

    private static bool UnderJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    private static Command Manifests(CommandRunner runner)
    {
        var image = new Option<string?>("--image") { Description = "Print a Deployment of this image, too; it has the agent at /usr/local/bin/unbounded-agent.", HelpName = "IMAGE" };
        var space = new Option<string>("--namespace") { Description = "Namespace of the controller.", HelpName = "NAME", DefaultValueFactory = _ => ControllerManifests.DefaultNamespace };
        var noSecrets = new Option<bool>("--no-secrets") { Description = "Without the right to read the Secrets of kube-system: whether a token was withdrawn is then not checked." };
        var command = new Command("manifests", "Print what to give to kubectl apply -f -: the controller's service account and rights.") { image, space, noSecrets };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, null, (context, _) =>
        {
            context.Terminal.Out.Write(ControllerManifests.Of(parsed.GetValue(space)!, parsed.GetValue(image), !parsed.GetValue(noSecrets)));
            return Task.FromResult(ExitCode.Success);
        }, cancellationToken));
        return command;
    }
}
