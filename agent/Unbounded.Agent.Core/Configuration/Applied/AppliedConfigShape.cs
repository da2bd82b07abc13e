using System.Text.Json.Nodes;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>
/// The members of the ancestor's configuration struct in its order, with what it writes for a value that is not set: nothing where it omits
/// empty values, else empty text, an empty object, or null for a list.
/// </summary>
internal static class AppliedConfigShape
{
    public static JsonObject Of(AgentConfig config)
    {
        var root = new JsonObject { ["MachineName"] = config.MachineName };
        AddSet(root, "NodeName", config.NodeName);
        root["Cluster"] = new JsonObject
        {
            ["CaCertBase64"] = config.Cluster.CaCertBase64 ?? "",
            ["ClusterDNS"] = config.Cluster.ClusterDNS ?? "",
            ["Version"] = config.Cluster.Version,
        };
        root["Kubelet"] = Kubelet(config.Kubelet);
        root["CRI"] = new JsonObject { ["Containerd"] = Version("Version", config.CRI?.Containerd?.Version), ["Runc"] = Version("Version", config.CRI?.Runc?.Version) };
        root["CNI"] = Version("PluginVersion", config.CNI?.PluginVersion);
        AddSet(root, "OCIImage", config.OCIImage);
        if (config.AdditionalHostDevices.Count > 0)
            root["AdditionalHostDevices"] = Texts(config.AdditionalHostDevices);
        if (config.AdditionalHostMounts.Count > 0)
            root["AdditionalHostMounts"] = new JsonArray([.. config.AdditionalHostMounts.Select(Mount)]);
        if (config.OfflineArtifacts is { } offline)
            root["OfflineArtifacts"] = Version("Source", offline.Source);
        return root;
    }

    private static JsonObject Kubelet(KubeletConfig config)
    {
        var kubelet = new JsonObject { ["ApiServer"] = config.ApiServer ?? "" };
        AddSet(kubelet, "NodeIP", config.NodeIP);
        var auth = Version("BootstrapToken", config.Auth?.BootstrapToken);
        if (config.Auth?.ExecCredential is { } exec)
            auth["ExecCredential"] = exec.DeepClone();
        kubelet["Auth"] = auth;
        var labels = new JsonObject();
        foreach (var (key, value) in config.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            labels[key] = value;
        kubelet["Labels"] = labels;
        kubelet["RegisterWithTaints"] = config.RegisterWithTaints.Count == 0 ? null : Texts(config.RegisterWithTaints);
        if (config.Configuration is { Count: > 0 } configuration)
            kubelet["Configuration"] = GoJson.Sorted(configuration);
        return kubelet;
    }

    private static JsonObject Mount(HostMount mount)
    {
        var node = new JsonObject { ["Source"] = mount.Source };
        if (!string.Equals(mount.Source, mount.Target, StringComparison.Ordinal))
            node["Target"] = mount.Target;
        if (mount.ReadOnly)
            node["ReadOnly"] = true;
        return node;
    }

    private static JsonObject Version(string name, string? value)
    {
        var node = new JsonObject();
        AddSet(node, name, value);
        return node;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);

    private static void AddSet(JsonObject node, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            node[name] = value;
    }
}
