using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>The API server of the cluster whose pod this process is (service account's files, <c>KUBERNETES_SERVICE_*</c>).</summary>
public static class InCluster
{
    /// <summary>Where a pod finds its service account.</summary>
    public const string Directory = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The endpoint.</summary>
    /// <param name="variable">Reads the environment.</param>
    /// <param name="directory">Where the service account's files are.</param>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.KubeconfigInvalid"/>: this is no pod; <see cref="KubernetesErrors.CredentialsUnusable"/>.</exception>
    public static ClusterEndpoint Read(Func<string, string?> variable, string directory = Directory)
    {
        var (host, port) = (variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT"));
        if (string.IsNullOrEmpty(host) || !ushort.TryParse(port, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            throw new AgentException(
                KubernetesErrors.KubeconfigInvalid,
                "this process is not in a pod of a cluster",
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set",
                "run it in a pod, or name a kubeconfig");
        }

        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return new ClusterEndpoint(
            new Uri($"https://{address}:{number}/"),
            new CredentialFile($"{directory}/ca.crt").Read(),
            new TokenFileCredentials($"{directory}/token"))
        {
            Namespace = File.Exists($"{directory}/namespace") ? new CredentialFile($"{directory}/namespace").Read().Trim() : "default",
        };
    }
}
