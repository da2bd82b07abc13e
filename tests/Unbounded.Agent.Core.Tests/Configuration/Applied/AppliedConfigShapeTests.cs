using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;

namespace Unbounded.Agent.Core.Tests.Configuration.Applied;

/// <summary>What each field alone adds to the file, and where: an ancestor's reader and a person's diff both depend on it.</summary>
public sealed class AppliedConfigShapeTests
{
    private static readonly AgentConfig Bare = TestConfig.Parsed(TestConfig.Standalone());

    private static JsonObject Shape(AgentConfig config) => JsonNode.Parse(AppliedConfig.Serialize(config))!.AsObject();

    private static string? At(AgentConfig config, string place)
    {
        JsonNode? node = Shape(config);
        foreach (var name in place.Split('.'))
            node = node?[name];
        return node?.ToJsonString();
    }

    [Fact]
    public void Members_AreInTheAncestorsOrder()
    {
        var full = Shape(TestConfig.Parsed(TestConfig.Full()));
        Assert.Equal(
            ["MachineName", "NodeName", "Cluster", "Kubelet", "CRI", "CNI", "OCIImage", "AdditionalHostDevices", "AdditionalHostMounts", "OfflineArtifacts"],
            full.Select(m => m.Key));
        Assert.Equal(["CaCertBase64", "ClusterDNS", "Version"], full["Cluster"]!.AsObject().Select(m => m.Key));
        Assert.Equal(["ApiServer", "NodeIP", "Auth", "Labels", "RegisterWithTaints", "Configuration"], full["Kubelet"]!.AsObject().Select(m => m.Key));
        Assert.Equal(["Containerd", "Runc"], full["CRI"]!.AsObject().Select(m => m.Key));
    }

    [Fact]
    public void Bare_LeavesOutWhatTheAncestorOmits()
    {
        var bare = Shape(Bare);
        Assert.Equal(["MachineName", "Cluster", "Kubelet", "CRI", "CNI"], bare.Select(m => m.Key));
        Assert.Equal(["ApiServer", "Auth", "Labels", "RegisterWithTaints"], bare["Kubelet"]!.AsObject().Select(m => m.Key));
    }

    [Fact]
    public void Taints_NoneIsNullSomeIsAList()
    {
        Assert.Null(At(Bare, "Kubelet.RegisterWithTaints"));
        Assert.Equal("""["b:NoExecute","a:NoExecute"]""", At(Bare with { Kubelet = new KubeletConfig { RegisterWithTaints = ["b:NoExecute", "a:NoExecute"] } }, "Kubelet.RegisterWithTaints"));
    }

    [Fact]
    public void Labels_AreSortedWhateverDictionaryTheyComeIn()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "1", ["a"] = "2", ["B"] = "3" };
        Assert.Equal("""{"B":"3","a":"2","b":"1"}""", At(Bare with { Kubelet = new KubeletConfig { Labels = labels } }, "Kubelet.Labels"));
    }

    [Theory]
    [InlineData("/a", "/a", false, """{"Source":"/a"}""")]
    [InlineData("/a", "/b", false, """{"Source":"/a","Target":"/b"}""")]
    [InlineData("/a", "/a", true, """{"Source":"/a","ReadOnly":true}""")]
    [InlineData("/a", "/b", true, """{"Source":"/a","Target":"/b","ReadOnly":true}""")]
    public void Mount_LeavesOutDefaults(string source, string target, bool readOnly, string expected) =>
        Assert.Equal($"[{expected}]", At(Bare with { AdditionalHostMounts = [new HostMount(source, target, readOnly)] }, "AdditionalHostMounts"));

    [Fact]
    public void Versions_UnsetOnesLeaveAnEmptyObject()
    {
        Assert.Equal("""{"Containerd":{},"Runc":{"Version":"1.2.6"}}""", At(Bare with { CRI = new CriConfig(null, new VersionConfig("1.2.6")) }, "CRI"));
        Assert.Equal("""{"Containerd":{},"Runc":{}}""", At(Bare with { CRI = new CriConfig(new VersionConfig(), null) }, "CRI"));
        Assert.Equal("""{"PluginVersion":"1.6.2"}""", At(Bare with { CNI = new CniConfig("1.6.2") }, "CNI"));
        Assert.Equal("{}", At(Bare with { CNI = new CniConfig() }, "CNI"));
    }

    [Fact]
    public void Configuration_IsSortedAtEveryDepthButListsKeepTheirOrder()
    {
        var configuration = JsonNode.Parse("""{"b":{"d":1,"c":[{"z":1,"y":2},3,2]},"a":null}""")!.AsObject();
        Assert.Equal(
            """{"a":null,"b":{"c":[{"y":2,"z":1},3,2],"d":1}}""",
            At(Bare with { Kubelet = new KubeletConfig { Configuration = configuration } }, "Kubelet.Configuration"));
        Assert.Equal("b", configuration.First().Key);
    }

    [Fact]
    public void Configuration_EmptyOne_IsLeftOut() =>
        Assert.False(Shape(Bare with { Kubelet = new KubeletConfig { Configuration = [] } })["Kubelet"]!.AsObject().ContainsKey("Configuration"));

    [Theory]
    [InlineData("é", "z", "z,é")]
    [InlineData("\uffff", "😀", "\uffff,😀")]
    public void Configuration_KeysSortByTheirBytesAsInGo(string one, string other, string expected)
    {
        var configuration = new JsonObject { [other] = 1, [one] = 2 };
        var kubelet = Shape(Bare with { Kubelet = new KubeletConfig { Configuration = configuration } })["Kubelet"]!["Configuration"]!.AsObject();
        Assert.Equal(expected, string.Join(',', kubelet.Select(m => m.Key)));
    }
}
