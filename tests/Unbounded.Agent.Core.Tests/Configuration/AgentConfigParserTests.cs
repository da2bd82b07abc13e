using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;

namespace Unbounded.Agent.Core.Tests.Configuration;

public sealed class AgentConfigParserTests
{
    [Fact]
    public void Parse_EveryField_IsReadAndNormalised()
    {
        var parsed = AgentConfigParser.Parse(TestConfig.Bytes(TestConfig.Full()));
        var config = parsed.Config;
        Assert.Empty(parsed.Warnings);
        Assert.Equal(("edge-7", "edge-7.example"), (config.MachineName, config.NodeName));
        Assert.Equal(("1.33.1", "10.96.0.10", TestConfig.CaBase64), (config.Cluster.Version, config.Cluster.ClusterDNS, config.Cluster.CaCertBase64));
        Assert.Equal("https://api.example:6443", config.Kubelet.ApiServer);
        Assert.Equal(TestConfig.Token, config.Kubelet.Auth!.BootstrapToken);
        Assert.Equal(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["zone"] = "a", ["example.com/role"] = "edge" }, config.Kubelet.Labels);
        Assert.Equal(["dedicated=edge:NoSchedule"], config.Kubelet.RegisterWithTaints);
        Assert.Equal("192.0.2.7,2001:db8::7", config.Kubelet.NodeIP);
        Assert.Equal("""{"maxPods":50,"evictionHard":{"memory.available":"100Mi"}}""", config.Kubelet.Configuration!.ToJsonString());
        Assert.Equal(new CriConfig(new VersionConfig("2.0.4"), new VersionConfig("1.2.6")), config.CRI);
        Assert.Equal(new CniConfig("1.6.2"), config.CNI);
        Assert.Equal("oci-layout:///srv/images/node:v1", config.OCIImage);
        Assert.Equal(new DownloadSource("https://mirror.example/t", "https://mirror.example/crictl.tgz", "1.33.0"), config.Downloads!.Crictl);
        Assert.Equal(new DownloadSource("https://mirror.example/n", "https://mirror.example/cni.tgz", "1.6.2"), config.Downloads.CNI);
        Assert.Equal(["/dev/uinput"], config.AdditionalHostDevices);
        Assert.Equal([new HostMount("/srv/data", "/mnt/data", true)], config.AdditionalHostMounts);
        Assert.Equal(new OfflineArtifactsConfig("/srv/artifacts"), config.OfflineArtifacts);
    }

    [Fact]
    public void Parse_Minimal_LeavesTheRestUnset()
    {
        var config = TestConfig.Parsed(TestConfig.Minimal());
        Assert.Null(config.NodeName);
        Assert.Null(config.CRI);
        Assert.Null(config.CNI);
        Assert.Null(config.OCIImage);
        Assert.Null(config.Downloads);
        Assert.Null(config.OfflineArtifacts);
        Assert.Null(config.Kubelet.Configuration);
        Assert.Null(config.Kubelet.NodeIP);
        Assert.Empty(config.Kubelet.Labels);
        Assert.Empty(config.Kubelet.RegisterWithTaints);
        Assert.Empty(config.AdditionalHostDevices);
        Assert.Empty(config.AdditionalHostMounts);
    }

    [Fact]
    public void Parse_AncestorsEmptyValues_MeanNotSet()
    {
        var config = TestConfig.Minimal();
        foreach (var place in new[] { "NodeName", "OCIImage", "Kubelet.NodeIP", "Cluster.ClusterDNS" })
            TestConfig.With(config, place, "");
        foreach (var place in new[] { "Kubelet.Labels", "Kubelet.RegisterWithTaints", "AdditionalHostMounts", "Downloads" })
            TestConfig.With(config, place, null);
        TestConfig.With(config, "CRI", JsonNode.Parse("""{"Containerd":{},"Runc":{}}"""));
        TestConfig.With(config, "CNI", new JsonObject());
        var parsed = AgentConfigParser.Parse(TestConfig.Bytes(config));
        Assert.Empty(parsed.Warnings);
        Assert.Equal(AppliedText(TestConfig.Parsed(TestConfig.Minimal())), AppliedText(parsed.Config));
    }

    [Fact]
    public void Parse_Standalone_NeedsNeitherAuthNorCa()
    {
        var parsed = AgentConfigParser.Parse(TestConfig.Bytes(TestConfig.Standalone()));
        Assert.Empty(parsed.Warnings);
        Assert.Null(parsed.Config.Kubelet.ApiServer);
        Assert.Null(parsed.Config.Kubelet.Auth);
        Assert.Null(parsed.Config.Cluster.CaCertBase64);
    }

    [Fact]
    public void Parse_StandaloneWithAuth_IsWarnedOf()
    {
        var config = TestConfig.With(TestConfig.Standalone(), "Kubelet.Auth.BootstrapToken", TestConfig.Token);
        var warning = Assert.Single(AgentConfigParser.Parse(TestConfig.Bytes(config)).Warnings);
        Assert.Equal("$.Kubelet.Auth", warning.Path);
    }

    [Theory]
    [InlineData("api.example:6443", "https://api.example:6443")]
    [InlineData("https://api.example", "https://api.example")]
    [InlineData("[2001:db8::1]:6443", "https://[2001:db8::1]:6443")]
    public void Parse_ApiServer_GetsAScheme(string written, string expected) =>
        Assert.Equal(expected, TestConfig.Parsed(TestConfig.With(TestConfig.Minimal(), "Kubelet.ApiServer", written)).Kubelet.ApiServer);

    [Fact]
    public void Parse_OlderFlatToken_IsTakenForAuth()
    {
        var config = TestConfig.Minimal();
        config["Kubelet"]!.AsObject().Remove("Auth");
        TestConfig.With(config, "Kubelet.BootstrapToken", TestConfig.Token);
        Assert.Equal(TestConfig.Token, TestConfig.Parsed(config).Kubelet.Auth!.BootstrapToken);
    }

    [Fact]
    public void Parse_FlatAndNestedTokenTheSame_IsAccepted() =>
        Assert.Equal(TestConfig.Token, TestConfig.Parsed(TestConfig.With(TestConfig.Minimal(), "Kubelet.BootstrapToken", TestConfig.Token)).Kubelet.Auth!.BootstrapToken);

    [Fact]
    public void Parse_ExecCredential_GetsTheAncestorsShape()
    {
        var exec = JsonNode.Parse("""
            { "installHint": "apt install x", "interactiveMode": "Never", "env": [{ "name": "A", "value": "b" }], "args": ["get", "token"],
              "apiVersion": "client.authentication.k8s.io/v1", "command": "/usr/local/bin/login" }
            """);
        var config = TestConfig.With(TestConfig.Minimal(), "Kubelet.Auth", new JsonObject { ["ExecCredential"] = exec });
        Assert.Equal(
            """{"command":"/usr/local/bin/login","args":["get","token"],"env":[{"name":"A","value":"b"}],"apiVersion":"client.authentication.k8s.io/v1","installHint":"apt install x","provideClusterInfo":false,"interactiveMode":"Never"}""",
            TestConfig.Parsed(config).Kubelet.Auth!.ExecCredential!.ToJsonString());
    }

    [Fact]
    public void Parse_UnknownFields_AreIgnoredAndWarnedOf()
    {
        var config = TestConfig.Minimal();
        TestConfig.With(config, "Attest.URL", "http://x");
        TestConfig.With(config, "Kubelet.apiServer", "https://other");
        TestConfig.With(config, "Cluster.odd name", 1);
        var warnings = AgentConfigParser.Parse(TestConfig.Bytes(config)).Warnings;
        Assert.Equal(["$.Kubelet.apiServer", "$.Cluster['odd name']", "$.Attest"], warnings.Select(w => w.Path));
        Assert.Contains("may be ApiServer", warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LabelThatTheKubeletRefuses_IsWarnedOf()
    {
        var config = TestConfig.With(TestConfig.Minimal(), "Kubelet.Labels", JsonNode.Parse("""{"node-role.kubernetes.io/edge":"","topology.kubernetes.io/zone":"a"}"""));
        var warning = Assert.Single(AgentConfigParser.Parse(TestConfig.Bytes(config)).Warnings);
        Assert.Equal("$.Kubelet.Labels['node-role.kubernetes.io/edge']", warning.Path);
    }

    [Fact]
    public void Parse_Twice_GivesTheSame()
    {
        var bytes = Encoding.UTF8.GetBytes(TestConfig.Full().ToJsonString());
        Assert.Equal(AppliedText(AgentConfigParser.Parse(bytes).Config), AppliedText(AgentConfigParser.Parse(bytes).Config));
    }

    private static string AppliedText(AgentConfig config) => Encoding.UTF8.GetString(Core.Configuration.Applied.AppliedConfig.Serialize(config));
}
