using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;

namespace Unbounded.Agent.Core.Tests.Configuration.Applied;

public sealed class AppliedConfigTests
{
    private const string Path = "/etc/unbounded/agent/kube1-applied-config.json";

    private static byte[] Golden(string name) => File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "Configuration", "Applied", "Golden", name));

    [Fact]
    public void Serialize_EveryField_IsByteForByteTheAncestors()
    {
        var config = AgentConfigParser.Parse(Golden("config.json")).Config;
        Assert.Equal(Encoding.UTF8.GetString(Golden("kube1-applied-config.json")), Encoding.UTF8.GetString(AppliedConfig.Serialize(config)));
    }

    [Fact]
    public void Sidecar_OfTheAncestorsFile_IsTheAncestors() =>
        Assert.Equal(Golden("kube1-applied-config.json.sha256"), AppliedConfig.Sidecar(Golden("kube1-applied-config.json")));

    [Fact]
    public void Serialize_NothingSet_WritesWhatTheAncestorWrites() =>
        Assert.Equal(
            """
            {
              "MachineName": "m1",
              "Cluster": {
                "CaCertBase64": "",
                "ClusterDNS": "",
                "Version": "1.33.1"
              },
              "Kubelet": {
                "ApiServer": "",
                "Auth": {},
                "Labels": {},
                "RegisterWithTaints": null
              },
              "CRI": {
                "Containerd": {},
                "Runc": {}
              },
              "CNI": {}
            }
            """,
            Encoding.UTF8.GetString(AppliedConfig.Serialize(TestConfig.Parsed(TestConfig.Standalone()))));

    [Fact]
    public void Serialize_Downloads_AreNotPersisted()
    {
        var config = TestConfig.Parsed(TestConfig.Full());
        Assert.NotNull(config.Downloads);
        Assert.DoesNotContain("mirror.example", Encoding.UTF8.GetString(AppliedConfig.Serialize(config)), StringComparison.Ordinal);
    }

    [Fact]
    public void Serialize_WhatWasLoaded_GivesTheSameBytes()
    {
        var bytes = Golden("kube1-applied-config.json");
        var loaded = AppliedConfig.Load(Path, bytes, Golden("kube1-applied-config.json.sha256"));
        Assert.True(loaded.Verified);
        Assert.Empty(loaded.Warnings);
        Assert.Equal(bytes, loaded.Bytes.ToArray());
        Assert.Equal(bytes, AppliedConfig.Serialize(loaded.Config));
    }

    [Fact]
    public void Load_NoSidecar_IsAWarning()
    {
        var loaded = AppliedConfig.Load(Path, Golden("kube1-applied-config.json"), sidecar: null);
        Assert.False(loaded.Verified);
        Assert.Contains("no checksum", Assert.Single(loaded.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EveryFlippedBit_IsAMismatch()
    {
        var sidecar = Golden("kube1-applied-config.json.sha256");
        var bytes = Golden("kube1-applied-config.json");
        for (var i = 0; i < bytes.Length; i += 7)
        {
            bytes[i] ^= 0x20;
            TestConfig.RefusedPlainly(CoreErrors.AppliedConfigMismatch, () => AppliedConfig.Load(Path, bytes, sidecar));
            bytes[i] ^= 0x20;
        }

        AppliedConfig.Load(Path, bytes, sidecar);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("\0\0\0\0")]
    public void Load_WrongSidecar_IsAMismatchThatSaysWhatToDo(string sidecar)
    {
        var error = TestConfig.RefusedPlainly(
            CoreErrors.AppliedConfigMismatch, () => AppliedConfig.Load(Path, Golden("kube1-applied-config.json"), Encoding.UTF8.GetBytes(sidecar)));
        Assert.Contains(Path + ".sha256", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SidecarWithBlanksOrCapitals_IsTheSame()
    {
        var bytes = Golden("kube1-applied-config.json");
        var sidecar = Encoding.UTF8.GetBytes(" " + Encoding.UTF8.GetString(AppliedConfig.Sidecar(bytes)).ToUpperInvariant() + "\r\n");
        Assert.True(AppliedConfig.Load(Path, bytes, sidecar).Verified);
    }

    [Theory]
    [InlineData("OCIImage", "\"ghcr.io/azure/agent-ubuntu2404:v1\"")]
    [InlineData("Kubelet.Auth", "{}")]
    [InlineData("Cluster.CaCertBase64", "\"Y2EtYnl0ZXM=\"")]
    [InlineData("AdditionalHostDevices", "[\"char-input\"]")]
    [InlineData("Kubelet.NodeIP", "\"192.0.2.7, 2001:db8::7\"")]
    [InlineData("Cluster.ClusterDNS", "\"10.96.0.10,fd00::10\"")]
    [InlineData("Kubelet.ApiServer", "\"http://api.example\"")]
    [InlineData("Kubelet.Auth", "{\"BootstrapToken\":\"spent\"}")]
    [InlineData("OfflineArtifacts", "{\"Source\":\"oci://artifacts.example/x\"}")]
    public void Load_WhatTheAncestorAcceptedAndWeDoNot_IsAWarning(string place, string value)
    {
        var bytes = TestConfig.Bytes(TestConfig.With(TestConfig.Minimal(), place, JsonNode.Parse(value)));
        TestConfig.Refused(CoreErrors.ConfigInvalid, () => AgentConfigParser.Parse(bytes));
        var warning = Assert.Single(AppliedConfig.Load(Path, bytes, AppliedConfig.Sidecar(bytes)).Warnings);
        Assert.StartsWith("$." + place, warning.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AncestorsImage_IsKeptSoThatDriftSeesIt()
    {
        var bytes = TestConfig.Bytes(TestConfig.With(TestConfig.Minimal(), "OCIImage", "ghcr.io/azure/agent-ubuntu2404:v1"));
        Assert.Equal("ghcr.io/azure/agent-ubuntu2404:v1", AppliedConfig.Load(Path, bytes, null).Config.OCIImage);
    }

    [Theory]
    [InlineData("AdditionalHostMounts", "[{\"Source\":\"/a\\nBind=/etc\"}]")]
    [InlineData("AdditionalHostDevices", "[\"/dev/x\\nDeviceAllow=/dev/sda\"]")]
    [InlineData("OCIImage", "\"ghcr.io/x\\nExecStart=/bin/sh\"")]
    [InlineData("Kubelet.NodeIP", "\"192.0.2.7\\n\"")]
    [InlineData("Kubelet.ApiServer", "\"https://api\\u0000\"")]
    [InlineData("Kubelet.Labels", "{\"a\":\"b --read-only-port=1\"}")]
    [InlineData("Kubelet.Labels", "{\"a\\nb\":\"c\"}")]
    [InlineData("Kubelet.RegisterWithTaints", "[\"a\"]")]
    [InlineData("Cluster.Version", "\"1.33/../x\"")]
    [InlineData("NodeName", "\"a b\"")]
    [InlineData("Cluster", "null")]
    [InlineData("MachineName", "[]")]
    public void Load_WhatCouldDoHarm_IsAnErrorThatNamesTheFile(string place, string value)
    {
        var bytes = TestConfig.Bytes(TestConfig.With(TestConfig.Minimal(), place, JsonNode.Parse(value)));
        var error = TestConfig.Refused(CoreErrors.AppliedConfigInvalid, () => AppliedConfig.Load(Path, bytes, AppliedConfig.Sidecar(bytes)));
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EveryTruncation_IsAnError()
    {
        var bytes = Golden("kube1-applied-config.json");
        for (var length = 0; length < bytes.Length; length += 11)
        {
            var cut = bytes[..length];
            TestConfig.Refused(CoreErrors.AppliedConfigInvalid, () => AppliedConfig.Load(Path, cut, sidecar: null));
        }
    }
}
