using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Tells whether two configurations join the same cluster: a client certificate of one is of no use in another.</summary>
internal static class ClusterIdentity
{
    /// <summary>Lowercase hex SHA-256 over API server and CA.</summary>
    public static string Of(AgentConfig config) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{config.Kubelet.ApiServer}\n{config.Cluster.CaCertBase64}")));
}
