using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Cluster;

/// <summary>Which API server this host's daemon is to follow, and as whom: the kubeconfig beside the configuration.</summary>
internal sealed class ClusterEndpoints(AgentPaths paths, IProcessRunner runner, TimeProvider time)
{
    /// <summary>Whether the Machine in the cluster is what is wanted: there is an API server, and an identity to ask it with.</summary>
    public static bool IsJoined(AgentConfig config, AgentPaths paths) => config.Kubelet.ApiServer is not null && File.Exists(paths.Kubeconfig);

    /// <summary>The endpoint; null: this host follows none.</summary>
    /// <exception cref="AgentException">52xx: the identity can't be used.</exception>
    public ClusterEndpoint? Find(AgentConfig config)
    {
        if (!IsJoined(config, paths))
            return null;
        var named = Kubeconfig.Read(paths.Kubeconfig, runner, time);
        return named.Authorities is null && config.Cluster.CaCertBase64 is { Length: > 0 } authority ? named with { Authorities = Decode(authority) } : named;
    }

    private static string Decode(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException e)
        {
            throw new AgentException(
                KubernetesErrors.CredentialsUnusable, "the certificate authority of the cluster can't be used", "Cluster.CaCertBase64 is not base64", "correct config.json", e);
        }
    }
}
