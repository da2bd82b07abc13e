using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.NodeSoftware;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.NodeSoftware;

public class KubeletConfigurationTests
{
    [Fact]
    public void Render_Joined_AsksTheApiServerWhoMayCallIt()
    {
        var file = Render(Configs.Joined());

        Assert.Equal("Webhook", (string?)file["authorization"]!["mode"]);
        Assert.Equal("/etc/kubernetes/pki/ca.crt", (string?)file["authentication"]!["x509"]!["clientCAFile"]);
        Assert.False((bool)file["authentication"]!["anonymous"]!["enabled"]!);
        Assert.Equal("10.96.0.10", (string?)file["clusterDNS"]![0]);
    }

    [Fact]
    public void Render_Standalone_LetsNobodyIn()
    {
        var file = Render(Configs.Standalone());

        Assert.False((bool)file["authentication"]!["anonymous"]!["enabled"]!);
        Assert.False((bool)file["authentication"]!["webhook"]!["enabled"]!);
        Assert.Null(file["clusterDNS"]);
    }

    [Fact]
    public void Render_BootstrapToken_TheKubeletRenewsItsCertificate() => Assert.True((bool)Render(Configs.Joined())["rotateCertificates"]!);

    [Fact]
    public void Render_ExecCredential_ThePluginIsWhoTheKubeletIs() =>
        Assert.False((bool)Render(Configs.Joined(token: null, exec: new JsonObject { ["command"] = "/usr/local/bin/login" }))["rotateCertificates"]!);

    [Theory]
    [InlineData("1.26.9", null)]
    [InlineData("1.27.0", "unix:///run/containerd/containerd.sock")]
    [InlineData("v2.0.0", "unix:///run/containerd/containerd.sock")]
    public void Render_RuntimeEndpoint_IsInTheFileFrom127On(string version, string? endpoint) =>
        Assert.Equal(endpoint, (string?)Render(Configs.Standalone(version))["containerRuntimeEndpoint"]);

    [Fact]
    public void Render_OperatorsFields_ReplaceTheAgentsOneByOne()
    {
        var file = Render(Configs.Joined() with
        {
            Kubelet = Configs.Joined().Kubelet with
            {
                Configuration = new JsonObject
                {
                    ["cgroupDriver"] = "cgroupfs",
                    ["maxPods"] = 42,
                    ["authentication"] = new JsonObject { ["anonymous"] = new JsonObject { ["enabled"] = true } },
                },
            },
        });

        Assert.Equal("cgroupfs", (string?)file["cgroupDriver"]);
        Assert.Equal(42, (int)file["maxPods"]!);
        Assert.True((bool)file["authentication"]!["anonymous"]!["enabled"]!);
        Assert.True((bool)file["authentication"]!["webhook"]!["enabled"]!);
    }

    [Fact]
    public void Render_Twice_DoesNotChangeTheConfiguration()
    {
        var overrides = new JsonObject { ["featureGates"] = new JsonObject { ["X"] = true } };
        var config = Configs.Standalone(kubelet: overrides);

        Assert.Equal(KubeletConfiguration.Render(config), KubeletConfiguration.Render(config));
        Assert.Equal("""{"featureGates":{"X":true}}""", overrides.ToJsonString());
    }

    [Theory]
    [InlineData("""{"cgroupDriver":"cgroupfs"}""", "cgroupfs")]
    [InlineData("""{"cgroupDriver":""}""", "systemd")]
    [InlineData("""{"cgroupDriver":7}""", "systemd")]
    [InlineData("{}", "systemd")]
    public void CgroupDriver_Of_FollowsTheKubelet(string configuration, string expected) =>
        Assert.Equal(expected, CgroupDriver.Of(new KubeletConfig { Configuration = (JsonObject)JsonNode.Parse(configuration)! }));

    private static JsonObject Render(AgentConfig config) => (JsonObject)JsonNode.Parse(KubeletConfiguration.Render(config))!;
}
