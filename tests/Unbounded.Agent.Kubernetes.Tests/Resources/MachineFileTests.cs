using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class MachineFileTests
{
    [Fact]
    public void Parse_EveryField_IsRead()
    {
        var parsed = MachineFile.Parse(TestMachine.Bytes(TestMachine.Full));
        Assert.Empty(parsed.Warnings);
        var machine = parsed.Machine;
        Assert.Equal(new MachineMetadata("edge-7", 12, "0f6a", "4711"), machine.Metadata);
        var kubernetes = machine.Spec.Kubernetes!;
        Assert.Equal("v1.33.1", kubernetes.Version);
        Assert.Equal(new ObjectName("edge-7"), kubernetes.NodeRef);
        Assert.Equal(new ObjectName("bootstrap-token-abcdef"), kubernetes.BootstrapTokenRef);
        Assert.Equal(new Dictionary<string, string> { ["zone"] = "b", ["example.com/rack"] = "7" }, kubernetes.NodeLabels!);
        Assert.Equal(["dedicated=edge:NoExecute"], kubernetes.RegisterWithTaints!);
        var agent = machine.Spec.Agent!;
        Assert.Equal(("oci-layout:///srv/images/node:v2", "v0.2.0"), (agent.Image, agent.Version));
        Assert.Equal(("https://mirror.example/agent", "https://mirror.example/agent.tgz"), (agent.BaseURL, agent.Url));
        Assert.Equal(new DownloadSpec("https://mirror.example/k8s", "https://mirror.example/kubelet", "1.33.1"), agent.Downloads!.Kubernetes);
        Assert.Equal("https://mirror.example/cni.tgz", agent.Downloads.Cni!.Url);
        Assert.Equal(new OperationsSpec(2, 5), machine.Spec.Operations);
        var update = machine.Spec.Update!;
        Assert.Equal((UpdateStrategy.OnDelete, true, "3", "22:00-05:30"), (update.Strategy!.Value, update.Paused!.Value, update.RetryNonce, update.MaintenanceWindow));
        Assert.Equal(
            new HealthGateSpec(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(90), "https://health.example/ready"),
            update.HealthGate);
        Assert.Equal(new RollbackSpec(5), update.Rollback);
        Assert.Equal(new DrainSpec(true, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(20)), update.Drain);
        Assert.Null(machine.Status);
    }

    [Fact]
    public void Parse_Minimal_LeavesTheRestUnset()
    {
        var parsed = MachineFile.Parse(TestMachine.Bytes(TestMachine.Minimal));
        Assert.Empty(parsed.Warnings);
        Assert.Equal(new MachineSpec(), parsed.Machine.Spec);
        Assert.Null(parsed.Machine.Metadata.Generation);
    }

    [Fact]
    public void Parse_UnknownFields_AreWarnedOfWithTheirPlace()
    {
        var text = TestMachine.With("spec:\n  kubernetes:\n    Version: 1.33.1\n  colour: blue\n  update:\n    drain: {grace: 5s}\nextra: 1");
        var warnings = MachineFile.Parse(TestMachine.Bytes(text)).Warnings;
        Assert.Equal(
            ["$.spec.kubernetes.Version (line 7, column 14)", "$.spec.update.drain.grace (line 10, column 20)", "$.spec.colour (line 8, column 11)", "$.extra (line 11, column 8)"],
            warnings.Select(w => w.ToString().Split(": ")[0]));
        Assert.Contains("may be version", warnings[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("pxe")]
    [InlineData("providerRef")]
    public void Parse_FieldsOfOtherControllers_AreLeftAlone(string field) =>
        Assert.Empty(MachineFile.Parse(TestMachine.Bytes(TestMachine.With($"spec:\n  {field}:\n    any: [thing, {{}}]"))).Warnings);

    [Theory]
    [InlineData("'1.33'", "1.33")]
    [InlineData("\"1.33\"", "1.33")]
    [InlineData("1.33.1", "1.33.1")]
    [InlineData("v1.33", "v1.33")]
    public void Parse_QuotedOrPlainText_IsTheSame(string written, string expected) =>
        Assert.Equal(expected, TestMachine.Parsed(TestMachine.With($"spec: {{kubernetes: {{version: {written}}}}}")).Spec.Kubernetes!.Version);

    [Fact]
    public void Parse_JsonIsYaml_IsRead() =>
        Assert.Equal("edge-7", TestMachine.Parsed("{\"apiVersion\": \"unbounded-cloud.io/v1alpha3\", \"kind\": \"Machine\", \"metadata\": {\"name\": \"edge-7\"}}\n").Metadata.Name);

    [Fact]
    public void Parse_DocumentMarkersAndCarriageReturns_AreAccepted() =>
        Assert.Equal("edge-7", TestMachine.Parsed("---\n" + TestMachine.Minimal.ReplaceLineEndings("\r\n") + "...\n").Metadata.Name);

    [Theory]
    [InlineData("edge-7", null, null)]
    [InlineData("edge-7", "1.33", null)]
    [InlineData("edge-7", null, "dir:///srv/a b#c: d")]
    [InlineData("7", "1.33.1", "oci-layout:///srv/images:v1")]
    [InlineData("true", "1.33.1", "dir:///srv/\"quoted\"")]
    public void Write_IsReadBackWithoutAWarning(string name, string? version, string? image)
    {
        var text = MachineFile.Write(name, version, image);
        var isImage = image is null || !image.Contains(' ', StringComparison.Ordinal);
        if (!isImage)
        {
            // A reference that no parser accepts still comes back as it was written.
            Assert.Contains(Core.Errors.Redaction.Shown(image!), TestMachine.Refused(KubernetesErrors.MachineInvalid, text).Message, StringComparison.Ordinal);
            return;
        }

        var parsed = MachineFile.Parse(TestMachine.Bytes(text));
        Assert.Empty(parsed.Warnings);
        Assert.Equal((name, version, image), (parsed.Machine.Metadata.Name, parsed.Machine.Spec.Kubernetes?.Version, parsed.Machine.Spec.Agent?.Image));
    }

    [Fact]
    public void Write_IsTheCanonicalMinimalFile() =>
        Assert.Equal(
            """
            apiVersion: unbounded-cloud.io/v1alpha3
            kind: Machine
            metadata:
              name: edge-7
            spec:
              kubernetes:
                version: "1.33.1"
              agent:
                image: oci-layout:///srv/images:v1

            """,
            MachineFile.Write("edge-7", "1.33.1", "oci-layout:///srv/images:v1"));
}
