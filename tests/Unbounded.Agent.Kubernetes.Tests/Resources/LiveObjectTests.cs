using System.Text;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

/// <summary>Objects as they really come: from <c>kubectl get -o yaml</c>, from an ancestor's controllers, from an API server.</summary>
public sealed class LiveObjectTests
{
    [Fact]
    public void Parse_CopyOfALiveObject_IsAcceptedWithoutAWarning()
    {
        var parsed = MachineFile.Parse(TestMachine.Bytes("""
            apiVersion: unbounded-cloud.io/v1alpha3
            kind: Machine
            metadata:
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: |
                  {"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"annotations":{},"name":"edge-7"},"spec":{}}
              creationTimestamp: "2025-03-04T05:06:07Z"
              finalizers: []
              generation: 3
              labels:
                unbounded-cloud.io/site: lab
              managedFields:
              - apiVersion: unbounded-cloud.io/v1alpha3
                fieldsType: FieldsV1
                fieldsV1:
                  f:spec:
                    f:kubernetes:
                      .: {}
                      f:version: {}
                manager: kubectl
                operation: Update
                time: "2025-03-04T05:06:07Z"
              name: edge-7
              resourceVersion: "4711"
              uid: 5f0c2a0e-6f0b-4a6e-9d0f-0a1b2c3d4e5f
            spec:
              kubernetes:
                version: v1.33.1
            status:
              conditions:
              - lastTransitionTime: "2025-03-04T05:06:07Z"
                message: ""
                reason: x
                status: "True"
                type: Ready
              phase: Ready

            """));
        Assert.Empty(parsed.Warnings);
        Assert.Equal(("edge-7", 3, "4711"), (parsed.Machine.Metadata.Name, parsed.Machine.Metadata.Generation, parsed.Machine.Metadata.ResourceVersion));
        Assert.Equal("v1.33.1", parsed.Machine.Spec.Kubernetes!.Version);
    }

    [Fact]
    public void Parse_AncestorsObject_IsReadAndItsOtherFieldsAreLeftAlone()
    {
        var parsed = MachineJson.Parse(Encoding.UTF8.GetBytes("""
            {
              "apiVersion": "unbounded-cloud.io/v1alpha3", "kind": "Machine",
              "metadata": { "name": "edge-7", "generation": 9, "creationTimestamp": null },
              "spec": {
                "ssh": { "host": "192.0.2.7:22", "username": "admin", "privateKeyRef": { "name": "k", "namespace": "n", "key": "ssh-privatekey" } },
                "pxe": { "image": "registry.example/host:v1", "dhcpLeases": [{ "ipv4": "192.0.2.7", "mac": "00:00:5e:00:53:01", "subnetMask": "255.255.255.0", "gateway": "192.0.2.1" }] },
                "providerRef": { "apiGroup": "x.example", "kind": "AzureMachine", "name": "m" },
                "configurationRef": { "name": "c", "version": 3 },
                "kubernetes": {
                  "version": "v1.34.0", "nodeRef": { "name": "edge-7" }, "nodeLabels": { "a": "b" }, "registerWithTaints": ["a=b:NoSchedule"],
                  "bootstrapTokenRef": { "name": "bootstrap-token-abcdef" }
                },
                "operations": { "rebootCounter": 1, "repaveCounter": 0, "reimageCounter": 4 }
              },
              "status": { "phase": "Joining", "ssh": { "fingerprint": "SHA256:x" } }
            }
            """));
        Assert.Equal("$.spec.operations.reimageCounter", Assert.Single(parsed.Warnings).Path);
        Assert.Equal(new OperationsSpec(1, 0), parsed.Machine.Spec.Operations);
        Assert.Equal("1.34.0", DesiredStateMerger.Merge(TestMachine.Config, parsed.Machine).Config.Cluster.Version);
    }

    // Edits as people make them, each with what they get to read.
    [Theory]
    [InlineData("    version: 1.33.1", "    version: 1.34", "put it in quotes")]
    [InlineData("    version: 1.33.1", "\tversion: 1.33.1", "tab")]
    [InlineData("    version: 1.33.1", "    version 1.33.1", "must be an object")]
    [InlineData("    version: 1.33.1", "    version:1.33.1", "must be an object")]
    [InlineData("    version: 1.33.1", "    version: \"1.33.1", "not valid YAML")]
    [InlineData("    version: 1.33.1", "   version: 1.33.1\n    nodeRef: {name: a}", "not valid YAML")]
    [InlineData("    version: 1.33.1", "    version: 1.33.1\n    version: 1.34.0", "more than once")]
    [InlineData("    version: 1.33.1", "    version: {{ .Version }}", "a key that is not text")]
    [InlineData("    version: 1.33.1", "    version: ${VERSION}", "not a version")]
    [InlineData("    version: 1.33.1", "    nodeRef: [1, 2\n    version: 1.33.1", "not valid YAML")]
    [InlineData("    version: 1.33.1", "    nodeRef: {name: a\n    version: 1.33.1", "not valid YAML")]
    [InlineData("    version: 1.33.1", "<<<<<<< HEAD\n    version: 1.33.1\n=======", "not valid YAML")]
    public void Parse_TypicalMistake_SaysWhatItIs(string line, string edited, string word)
    {
        var text = TestMachine.With("spec:\n  kubernetes:\n    version: 1.33.1").Replace(line, edited, StringComparison.Ordinal);
        var error = Assert.Throws<Core.Errors.AgentException>(() => MachineFile.Parse(TestMachine.Bytes(text)));
        Assert.Contains(error.Details, d => d.Message.Contains(word, StringComparison.Ordinal));
        Assert.All(error.Details, d => Assert.InRange(d.Line!.Value, 5, 8));
    }
}
