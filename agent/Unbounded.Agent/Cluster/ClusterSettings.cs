using System.Security.Cryptography;
using Unbounded.Agent.Cluster.Identity;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Cluster;

/// <summary>What a connection to a cluster depends on.</summary>
/// <param name="MachineName">Whose Machine is followed.</param>
/// <param name="NodeName">Whose Node is followed.</param>
/// <param name="ApiServer">Where the configuration says that the server is.</param>
/// <param name="Authority">Its authority.</param>
/// <param name="Kubeconfig">Digest of the kubeconfig, which names the identity; empty where there is none.</param>
/// <param name="Token">Digest of the bootstrap token; empty where there is none.</param>
internal sealed record ClusterSettings(string MachineName, string NodeName, string? ApiServer, string? Authority, string Kubeconfig, string Token)
{
    /// <summary>Whose identity is used there.</summary>
    public IdentityOwner Owner => new(MachineName, ApiServer ?? "", Authority);

    public static ClusterSettings Of(AgentConfig config, AgentPaths paths) =>
        new(config.MachineName, NodeNames.Resolve(config, Environment.MachineName), config.Kubelet.ApiServer, config.Cluster.CaCertBase64, Digest(paths.Kubeconfig), DigestOf(config.Kubelet.Auth?.BootstrapToken));

    private static string DigestOf(string? token) =>
        token is null ? "" : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));

    private static string Digest(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
