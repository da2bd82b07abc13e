using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Drift;
using Unbounded.Agent.Core.Tests.Configuration;

namespace Unbounded.Agent.Core.Tests.Drift;

public sealed class ConfigDriftTests
{
    private const string Exec = "{\"ExecCredential\":{\"command\":\"x\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}}";

    // Place that is changed in the full configuration, its new value, field that must be named, what it costs.
    public static TheoryData<string, string, string, DriftEffect> Changes { get; } = new()
    {
        { "Cluster.Version", "\"1.34.0\"", "$.Cluster.Version", DriftEffect.Swap },
        { "OCIImage", "\"dir:///srv/other\"", "$.OCIImage", DriftEffect.Swap },
        { "OCIImage", "null", "$.OCIImage", DriftEffect.Swap },
        { "Kubelet.ApiServer", "\"https://other.example\"", "$.Kubelet.ApiServer", DriftEffect.Swap },
        { "Cluster.ClusterDNS", "\"10.96.0.11\"", "$.Cluster.ClusterDNS", DriftEffect.Swap },
        { "Kubelet.Auth", Exec, "$.Kubelet.Auth", DriftEffect.Swap },
        { "Kubelet.Configuration.maxPods", "51", "$.Kubelet.Configuration", DriftEffect.Swap },
        { "Kubelet.Configuration", "null", "$.Kubelet.Configuration", DriftEffect.Swap },
        { "Kubelet.NodeIP", "\"192.0.2.8\"", "$.Kubelet.NodeIP", DriftEffect.Swap },
        { "CRI.Containerd.Version", "\"2.0.5\"", "$.CRI.Containerd.Version", DriftEffect.Swap },
        { "CRI.Runc", "null", "$.CRI.Runc.Version", DriftEffect.Swap },
        { "CNI.PluginVersion", "\"1.7.0\"", "$.CNI.PluginVersion", DriftEffect.Swap },
        { "AdditionalHostDevices", "[]", "$.AdditionalHostDevices", DriftEffect.Swap },
        { "AdditionalHostMounts.0.ReadOnly", "false", "$.AdditionalHostMounts", DriftEffect.Swap },
        { "Kubelet.Labels.zone", "\"b\"", "$.Kubelet.Labels", DriftEffect.Live },
        { "Kubelet.RegisterWithTaints", "[]", "$.Kubelet.RegisterWithTaints", DriftEffect.Live },
        { "MachineName", "\"other\"", "$.MachineName", DriftEffect.Reinstall },
        { "NodeName", "\"other\"", "$.NodeName", DriftEffect.Reinstall },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Compare_OneFieldChanged_IsThatDifferenceAlone(string place, string value, string field, DriftEffect effect)
    {
        var applied = TestConfig.Parsed(TestConfig.Full());
        var desired = TestConfig.Parsed(TestConfig.With(TestConfig.Full(), place, JsonNode.Parse(value)));
        var difference = Assert.Single(ConfigDrift.Compare(applied, desired, nodeHasCertificate: true));
        Assert.Equal((field, effect), (difference.Field, difference.Effect));
        Assert.Equal(effect == DriftEffect.Swap, TargetFingerprint.Compute(applied, 0) != TargetFingerprint.Compute(desired, 0));
    }

    // What means the same, or is no matter of the node: no difference.
    [Theory]
    [InlineData("Cluster.Version", "\"1.33.1\"")]
    [InlineData("Kubelet.ApiServer", "\"https://api.example:6443\"")]
    [InlineData("Kubelet.Configuration", "{\"evictionHard\":{\"memory.available\":\"100Mi\"},\"maxPods\":50.0}")]
    [InlineData("Downloads", "null")]
    [InlineData("OfflineArtifacts", "null")]
    [InlineData("NodeName", "null")]
    [InlineData("CRI.Runc.Version", "\"1.2.6\"")]
    public void Compare_SameMeaning_IsNoDifference(string place, string value)
    {
        var applied = TestConfig.Parsed(TestConfig.Full());
        var desired = TestConfig.Parsed(TestConfig.With(TestConfig.Full(), place, JsonNode.Parse(value)));
        Assert.Empty(ConfigDrift.Compare(applied, desired, nodeHasCertificate: false));
        Assert.Equal(TargetFingerprint.Compute(applied, 0), TargetFingerprint.Compute(desired, 0));
    }

    [Fact]
    public void Compare_OrderOfDevicesMountsTaintsAndLabels_DoesNotMatter()
    {
        var one = TestConfig.Parsed(TestConfig.Full()) with { AdditionalHostDevices = ["/dev/a", "/dev/b"] };
        one = one with
        {
            AdditionalHostMounts = [new("/a", "/a"), new("/b", "/b")],
            Kubelet = one.Kubelet with { RegisterWithTaints = ["a:NoSchedule", "b:NoSchedule"], Labels = new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" } },
        };
        var other = one with
        {
            AdditionalHostDevices = ["/dev/b", "/dev/a"],
            AdditionalHostMounts = [new("/b", "/b"), new("/a", "/a")],
            Kubelet = one.Kubelet with { RegisterWithTaints = ["b:NoSchedule", "a:NoSchedule"], Labels = new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" } },
        };
        Assert.Empty(ConfigDrift.Compare(one, other, nodeHasCertificate: true));
        Assert.Equal(TargetFingerprint.Compute(one, 0), TargetFingerprint.Compute(other, 0));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Compare_NewTokenAlone_IsDriftOnlyUntilTheNodeHasItsCertificate(bool nodeHasCertificate, int expected)
    {
        var applied = TestConfig.Parsed(TestConfig.Full());
        var desired = TestConfig.Parsed(TestConfig.With(TestConfig.Full(), "Kubelet.Auth.BootstrapToken", "fedcba.fedcba9876543210"));
        var differences = ConfigDrift.Compare(applied, desired, nodeHasCertificate);
        Assert.Equal(expected, differences.Count);
        Assert.Equal(TargetFingerprint.Compute(applied, 0), TargetFingerprint.Compute(desired, 0));
        Assert.DoesNotContain("fedcba", string.Join(' ', differences), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ChangedPlugin_IsDriftThatShowsNothingOfIt()
    {
        var config = TestConfig.With(TestConfig.Full(), "Kubelet.Auth", JsonNode.Parse(Exec));
        var applied = TestConfig.Parsed(config);
        var desired = TestConfig.Parsed(TestConfig.With(config, "Kubelet.Auth.ExecCredential.args", new JsonArray("--secret=hush")));
        var difference = Assert.Single(ConfigDrift.Compare(applied, desired, nodeHasCertificate: true));
        Assert.Equal("$.Kubelet.Auth.ExecCredential", difference.Field);
        Assert.DoesNotContain("hush", difference.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ChangedCa_ShowsDigestsOnly()
    {
        var applied = TestConfig.Parsed(TestConfig.Full());
        var pem = System.Text.Encoding.ASCII.GetBytes(TestConfig.CaPem + TestConfig.CaPem);
        var desired = applied with { Cluster = applied.Cluster with { CaCertBase64 = Convert.ToBase64String(pem) } };
        var difference = Assert.Single(ConfigDrift.Compare(applied, desired, nodeHasCertificate: true));
        Assert.Matches(@"^\$\.Cluster\.CaCertBase64: sha256:[0-9a-f]{12} -> sha256:[0-9a-f]{12}$", difference.ToString());
        Assert.NotEqual(TargetFingerprint.Compute(applied, 0), TargetFingerprint.Compute(desired, 0));
    }

    [Fact]
    public void Compare_ManyFields_AreAllNamedInTheOrderOfTheFile()
    {
        var differences = ConfigDrift.Compare(TestConfig.Parsed(TestConfig.Minimal()), TestConfig.Parsed(TestConfig.Full()), nodeHasCertificate: true);
        Assert.Equal(
            [
                "$.MachineName", "$.Cluster.ClusterDNS", "$.Kubelet.Labels", "$.Kubelet.RegisterWithTaints", "$.Kubelet.NodeIP", "$.Kubelet.Configuration",
                "$.CRI.Containerd.Version", "$.CRI.Runc.Version", "$.CNI.PluginVersion", "$.OCIImage", "$.AdditionalHostDevices", "$.AdditionalHostMounts",
            ],
            differences.Select(d => d.Field).Where(f => f != "$.Kubelet.ApiServer"));
        Assert.Contains("none -> 10.96.0.10", differences[1].ToString(), StringComparison.Ordinal);
    }
}
