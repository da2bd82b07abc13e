using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>Configurations as the parser would give them.</summary>
internal static class Configs
{
    public static AgentConfig Standalone(string version = "1.20.2", JsonObject? kubelet = null) => new()
    {
        MachineName = "edge-1",
        Cluster = new ClusterConfig { Version = version },
        Kubelet = new KubeletConfig { Configuration = kubelet },
        OCIImage = "oci-layout:///images/node:v1",
    };

    public static AgentConfig Joined(string version = "1.20.2", string? token = "abcdef.0123456789abcdef", JsonObject? exec = null) => new()
    {
        MachineName = "edge-1",
        NodeName = "node-1",
        Cluster = new ClusterConfig { Version = version, ClusterDNS = "10.96.0.10", CaCertBase64 = Convert.ToBase64String("PEM"u8) },
        Kubelet = new KubeletConfig
        {
            ApiServer = "https://api.example:6443",
            Auth = new KubeletAuth { BootstrapToken = token, ExecCredential = exec },
            Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["zone"] = "b", ["disk"] = "ssd" },
            RegisterWithTaints = ["dedicated=edge:NoSchedule"],
            NodeIP = "192.0.2.7",
        },
        OCIImage = "oci-layout:///images/node:v1",
    };
}
