using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Drift;

/// <summary>Compares the applied configuration with the desired one, field by field.</summary>
public static class ConfigDrift
{
    private const string None = "none";

    /// <summary>Every difference, in the order of the file; empty when there is none.</summary>
    /// <param name="applied">What the active side was made from.</param>
    /// <param name="desired">What it should be.</param>
    /// <param name="nodeHasCertificate">Whether the node has its client certificate: a new bootstrap token alone is no drift then.</param>
    public static IReadOnlyList<DriftDifference> Compare(AgentConfig applied, AgentConfig desired, bool nodeHasCertificate)
    {
        var differences = new List<DriftDifference>();
        void Add(string field, DriftEffect effect, string? before, string? after)
        {
            if (!string.Equals(before ?? "", after ?? "", StringComparison.Ordinal))
                differences.Add(new DriftDifference(field, effect, Named(before), Named(after)));
        }

        Add("$.MachineName", DriftEffect.Reinstall, applied.MachineName, desired.MachineName);
        // Not set means: the name that was found at install, which the ancestor then wrote into the applied config.
        if (applied.NodeName is not null && desired.NodeName is not null)
            Add("$.NodeName", DriftEffect.Reinstall, applied.NodeName, desired.NodeName);
        Add("$.Cluster.CaCertBase64", DriftEffect.Swap, Digest(applied.Cluster.CaCertBase64), Digest(desired.Cluster.CaCertBase64));
        Add("$.Cluster.ClusterDNS", DriftEffect.Swap, applied.Cluster.ClusterDNS, desired.Cluster.ClusterDNS);
        Add("$.Cluster.Version", DriftEffect.Swap, ValueSyntax.WithoutV(applied.Cluster.Version), ValueSyntax.WithoutV(desired.Cluster.Version));
        Add("$.Kubelet.ApiServer", DriftEffect.Swap, applied.Kubelet.ApiServer, desired.Kubelet.ApiServer);
        AddAuth(differences, applied.Kubelet.Auth, desired.Kubelet.Auth, nodeHasCertificate);
        Add("$.Kubelet.Labels", DriftEffect.Live, Canonical.Labels(applied.Kubelet.Labels), Canonical.Labels(desired.Kubelet.Labels));
        Add("$.Kubelet.RegisterWithTaints", DriftEffect.Live, Canonical.Texts(applied.Kubelet.RegisterWithTaints), Canonical.Texts(desired.Kubelet.RegisterWithTaints));
        Add("$.Kubelet.NodeIP", DriftEffect.Swap, applied.Kubelet.NodeIP, desired.Kubelet.NodeIP);
        Add("$.Kubelet.Configuration", DriftEffect.Swap, Digest(applied.Kubelet.Configuration), Digest(desired.Kubelet.Configuration));
        Add("$.CRI.Containerd.Version", DriftEffect.Swap, applied.CRI?.Containerd?.Version, desired.CRI?.Containerd?.Version);
        Add("$.CRI.Runc.Version", DriftEffect.Swap, applied.CRI?.Runc?.Version, desired.CRI?.Runc?.Version);
        Add("$.CNI.PluginVersion", DriftEffect.Swap, applied.CNI?.PluginVersion, desired.CNI?.PluginVersion);
        Add("$.OCIImage", DriftEffect.Swap, applied.OCIImage, desired.OCIImage);
        Add("$.AdditionalHostDevices", DriftEffect.Swap, Canonical.Texts(applied.AdditionalHostDevices), Canonical.Texts(desired.AdditionalHostDevices));
        Add("$.AdditionalHostMounts", DriftEffect.Swap, Canonical.Mounts(applied.AdditionalHostMounts), Canonical.Mounts(desired.AdditionalHostMounts));
        return differences;
    }

    private static void AddAuth(List<DriftDifference> differences, KubeletAuth? applied, KubeletAuth? desired, bool nodeHasCertificate)
    {
        if (!string.Equals(Kind(applied), Kind(desired), StringComparison.Ordinal))
            differences.Add(new DriftDifference("$.Kubelet.Auth", DriftEffect.Swap, Kind(applied), Kind(desired)));
        else if (!string.Equals(Digest(applied?.ExecCredential), Digest(desired?.ExecCredential), StringComparison.Ordinal))
            differences.Add(new DriftDifference("$.Kubelet.Auth.ExecCredential", DriftEffect.Swap, "a plugin", "a changed plugin"));
        else if (!nodeHasCertificate && !string.Equals(applied?.BootstrapToken, desired?.BootstrapToken, StringComparison.Ordinal))
            differences.Add(new DriftDifference("$.Kubelet.Auth.BootstrapToken", DriftEffect.Swap, "a token", "another token"));
    }

    private static string Kind(KubeletAuth? auth) =>
        auth?.ExecCredential is not null ? nameof(KubeletAuth.ExecCredential) : auth?.BootstrapToken is not null ? nameof(KubeletAuth.BootstrapToken) : None;

    private static string Named(string? value) => string.IsNullOrEmpty(value) ? None : value;

    private static string? Digest(string? text) =>
        string.IsNullOrEmpty(text) ? null : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..12];

    private static string? Digest(JsonObject? node) =>
        node is not { Count: > 0 } ? null : Digest(System.Text.Encoding.UTF8.GetString(GoJson.Write(GoJson.Sorted(node)!)));
}
