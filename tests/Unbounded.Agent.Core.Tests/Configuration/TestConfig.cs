using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Tests.Configuration;

/// <summary>Valid configurations to start from, and ways to change one thing in them.</summary>
internal static class TestConfig
{
    public const string Token = "abcdef.0123456789abcdef";

    public static string CaPem { get; } = MakeCa();

    public static string CaBase64 { get; } = Convert.ToBase64String(Encoding.ASCII.GetBytes(CaPem));

    /// <summary>Every field of the format, each with a value.</summary>
    public static JsonObject Full() => JsonNode.Parse($$"""
        {
          "MachineName": "edge-7",
          "NodeName": "edge-7.example",
          "Cluster": { "CaCertBase64": "{{CaBase64}}", "ClusterDNS": "10.96.0.10", "Version": "v1.33.1" },
          "Kubelet": {
            "ApiServer": "api.example:6443",
            "Auth": { "BootstrapToken": "{{Token}}" },
            "Labels": { "zone": "a", "example.com/role": "edge" },
            "RegisterWithTaints": ["dedicated=edge:NoSchedule"],
            "NodeIP": "192.0.2.7,2001:db8::7",
            "Configuration": { "maxPods": 50, "evictionHard": { "memory.available": "100Mi" } }
          },
          "CRI": { "Containerd": { "Version": "2.0.4" }, "Runc": { "Version": "v1.2.6" } },
          "CNI": { "PluginVersion": "1.6.2" },
          "OCIImage": "oci-layout:///srv/images/node:v1",
          "Downloads": {
            "Kubernetes": { "BaseURL": "https://mirror.example/k8s", "URL": "https://mirror.example/kubelet", "Version": "1.33.1" },
            "Containerd": { "BaseURL": "https://mirror.example/c", "URL": "https://mirror.example/c.tgz", "Version": "2.0.4" },
            "Runc": { "BaseURL": "https://mirror.example/r", "URL": "https://mirror.example/runc", "Version": "1.2.6" },
            "CNI": { "BaseURL": "https://mirror.example/n", "URL": "https://mirror.example/cni.tgz", "Version": "1.6.2" },
            "Crictl": { "BaseURL": "https://mirror.example/t", "URL": "https://mirror.example/crictl.tgz", "Version": "1.33.0" }
          },
          "AdditionalHostDevices": ["/dev/uinput"],
          "AdditionalHostMounts": [{ "Source": "/srv/data", "Target": "/mnt/data", "ReadOnly": true }],
          "OfflineArtifacts": { "Source": "/srv/artifacts" }
        }
        """)!.AsObject();

    /// <summary>The least that joins a cluster.</summary>
    public static JsonObject Minimal() => JsonNode.Parse($$"""
        {
          "MachineName": "m1",
          "Cluster": { "CaCertBase64": "{{CaBase64}}", "Version": "1.33.1" },
          "Kubelet": { "ApiServer": "https://api.example:6443", "Auth": { "BootstrapToken": "{{Token}}" } }
        }
        """)!.AsObject();

    /// <summary>The least of all: a kubelet without a cluster.</summary>
    public static JsonObject Standalone() =>
        JsonNode.Parse("""{ "MachineName": "m1", "Cluster": { "Version": "1.33.1" }, "Kubelet": {} }""")!.AsObject();

    public static AgentConfig Parsed(JsonObject config) => AgentConfigParser.Parse(Bytes(config)).Config;

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    /// <summary>Sets one value, its place given as names with dots between; a number is an index.</summary>
    public static JsonObject With(JsonObject config, string place, JsonNode? value)
    {
        var names = place.Split('.');
        JsonNode node = config;
        foreach (var name in names[..^1])
            node = node is JsonArray list ? list[int.Parse(name)]! : node[name] ??= new JsonObject();
        if (node is JsonArray array)
            array[int.Parse(names[^1])] = value;
        else
            node[names[^1]] = value;
        return config;
    }

    public static AgentException Refused(ErrorCode code, Action action)
    {
        var error = Assert.Throws<AgentException>(action);
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Details);
        Assert.NotEmpty(error.Next);
        return error;
    }

    public static AgentException RefusedPlainly(ErrorCode code, Action action)
    {
        var error = Assert.Throws<AgentException>(action);
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Next);
        return error;
    }

    private static string MakeCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test-ca", key, HashAlgorithmName.SHA256);
        var from = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(from, from.AddYears(30));
        return certificate.ExportCertificatePem() + "\n";
    }
}
