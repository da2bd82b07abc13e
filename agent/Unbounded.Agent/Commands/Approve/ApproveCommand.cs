using System.CommandLine;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Commands.Approve;

/// <summary><c>approve</c>: lets a machine's daemon have its certificate. For an administrator of the cluster, on any computer.</summary>
internal static class ApproveCommand
{
    public static Command Create(CommandRunner runner)
    {
        var machine = new Argument<string?>("MACHINE")
        {
            Description = "The machine whose request is approved. Without it the requests that wait are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var key = new Option<string?>("--key") { Description = "Fingerprint of its key, as the machine's own status shows it.", HelpName = "SHA256:HEX" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Who asks; by default $KUBECONFIG, then ~/.kube/config.", HelpName = "FILE" };
        var command = new Command("approve", "Approve the request of a machine's daemon for its certificate, after checking it.") { machine, key, kubeconfig };
        command.SetAction((parsed, cancellationToken) => runner.RunAsync(parsed, null, async (context, stop) =>
        {
            var path = parsed.GetValue(kubeconfig) ?? Default();
            using var client = new KubernetesClient(Kubeconfig.Read(path, new ChildProcess(TimeProvider.System), TimeProvider.System), new ClientOptions(), TimeProvider.System);
            var approver = new Approver(client);
            var text = parsed.GetValue(machine) is { } name ? await approver.ApproveAsync(name, parsed.GetValue(key), stop) : await approver.ListAsync(stop);
            context.Terminal.Out.Write(text);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static string Default()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named)
            return named;
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(home)
            ? home
            : throw new AgentException(
                KubernetesErrors.KubeconfigInvalid, "it is not known which cluster is meant", $"neither $KUBECONFIG nor {home} is there", "name a kubeconfig with --kubeconfig");
    }
}
