using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Drift;

/// <summary>
/// Tells targets apart: SHA-256 over a canonical form of everything that costs a swap, and the repave counter. Two configurations without a difference of
/// <see cref="DriftEffect.Swap"/> have the same one. A bootstrap token is left out on purpose: it is spent once the node has joined, and what is published
/// must not depend on a secret.
/// </summary>
public static class TargetFingerprint
{
    /// <summary>Computes it.</summary>
    /// <param name="config">The configuration with the Machine's edits merged in.</param>
    /// <param name="repaveCounter">spec.operations.repaveCounter: a change swaps to the same target.</param>
    /// <returns>64 lowercase hexadecimal digits.</returns>
    public static string Compute(AgentConfig config, long repaveCounter)
    {
        var canonical = new JsonObject
        {
            ["form"] = 1,
            ["version"] = ValueSyntax.WithoutV(config.Cluster.Version),
            ["image"] = config.OCIImage ?? "",
            ["apiServer"] = config.Kubelet.ApiServer ?? "",
            ["ca"] = config.Cluster.CaCertBase64 ?? "",
            ["clusterDns"] = config.Cluster.ClusterDNS ?? "",
            ["auth"] = config.Kubelet.Auth?.BootstrapToken is not null,
            ["exec"] = GoJson.Sorted(config.Kubelet.Auth?.ExecCredential),
            ["nodeIp"] = config.Kubelet.NodeIP ?? "",
            ["kubelet"] = config.Kubelet.Configuration is { Count: > 0 } kubelet ? GoJson.Sorted(kubelet) : null,
            ["containerd"] = config.CRI?.Containerd?.Version ?? "",
            ["runc"] = config.CRI?.Runc?.Version ?? "",
            ["cni"] = config.CNI?.PluginVersion ?? "",
            ["devices"] = Canonical.Texts(config.AdditionalHostDevices),
            ["mounts"] = Canonical.Mounts(config.AdditionalHostMounts),
            ["repave"] = repaveCounter,
        };
        return Convert.ToHexStringLower(SHA256.HashData(GoJson.Write(canonical)));
    }
}
