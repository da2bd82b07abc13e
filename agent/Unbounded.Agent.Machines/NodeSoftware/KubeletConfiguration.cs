using System.Text.Json;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Layout;

namespace Unbounded.Agent.Machines.NodeSoftware;

/// <summary>
/// Writes the kubelet's configuration file (KubeletConfiguration, kubelet.config.k8s.io/v1beta1) as JSON, which is YAML. What the
/// operator configures replaces the agent's value, field by field.
/// </summary>
public static class KubeletConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, TypeInfoResolver = null };

    /// <summary>Renders the file.</summary>
    public static string Render(AgentConfig config)
    {
        var file = Defaults(config);
        if (config.Kubelet.Configuration is { } overrides)
        {
            Merge(file, overrides);
        }

        return file.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Defaults(AgentConfig config)
    {
        var file = new JsonObject
        {
            ["apiVersion"] = "kubelet.config.k8s.io/v1beta1",
            ["kind"] = "KubeletConfiguration",
            ["cgroupDriver"] = CgroupDriver.Systemd,
            ["staticPodPath"] = InMachine.StaticPods,
            ["healthzBindAddress"] = "127.0.0.1",
            ["healthzPort"] = 10248,
            // With rotation on a kubelet asks nobody but its own certificate, for which it files a request with whatever its kubeconfig has: the plugin's credential
            // would never be used for the node itself, and a cluster that knows its nodes by such credentials may have nobody who signs that request.
            ["rotateCertificates"] = config.Kubelet.Auth?.ExecCredential is null,
        };
        if (config.Cluster.ClusterDNS is { Length: > 0 } dns)
        {
            file["clusterDNS"] = new JsonArray(JsonValue.Create(dns));
            file["clusterDomain"] = "cluster.local";
        }

        if (KubernetesVersion.AtLeast(config.Cluster.Version, 1, 27))
        {
            file["containerRuntimeEndpoint"] = $"unix://{InMachine.ContainerdSocket}";
        }

        var joined = config.Kubelet.ApiServer is not null;
        var authentication = new JsonObject
        {
            ["anonymous"] = new JsonObject { ["enabled"] = false },
            ["webhook"] = new JsonObject { ["enabled"] = joined },
        };
        if (joined)
        {
            authentication["x509"] = new JsonObject { ["clientCAFile"] = InMachine.ClusterCa };
        }

        file["authentication"] = authentication;
        // A standalone kubelet has nobody to ask; with anonymous access off nobody gets that far.
        file["authorization"] = new JsonObject { ["mode"] = joined ? "Webhook" : "AlwaysAllow" };
        return file;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (into[key] is JsonObject existing && value is JsonObject nested)
            {
                Merge(existing, nested);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }
}
