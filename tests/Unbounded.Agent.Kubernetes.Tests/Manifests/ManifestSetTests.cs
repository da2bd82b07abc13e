using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Manifests;

public sealed class ManifestSetTests
{
    [Fact]
    public void Machines_EveryFieldThatIsRead_IsDescribed()
    {
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        MachineReader.Read(Everything(), new DocumentProblems(), asked);
        var fields = asked.Where(p => p.StartsWith("$.spec.", StringComparison.Ordinal)).ToList();

        Assert.Contains("$.spec.update.healthGate.settle", fields);
        foreach (var field in fields)
            Assert.True(Schema(field) is not null, $"{field} is not in the definition");
    }

    [Fact]
    public void Machines_EveryFieldOfTheStatus_IsDescribed()
    {
        var status = StatusShape.Of(new MachineStatus
        {
            Agent = new AgentStatus("x"),
            Operations = new OperationsStatus(1, 1),
            LastTransition = new TransitionStatus { From = "a", To = "b", StartedAt = DateTimeOffset.UnixEpoch },
            LastError = new ErrorStatus("a", "b", "c", "d"),
        });

        foreach (var (member, value) in status)
        {
            Assert.True(Schema($"$.status.{member}") is not null, $"status.{member} is not in the definition");
            foreach (var inner in value as System.Text.Json.Nodes.JsonObject ?? [])
                Assert.True(Schema($"$.status.{member}.{inner.Key}") is not null, $"status.{member}.{inner.Key} is not in the definition");
        }
    }

    [Fact]
    public void Machines_EveryObjectWithFields_KeepsThoseItDoesNotKnow()
    {
        var lossy = new List<string>();
        Look(Schema("$")!, "$");

        // The object as a whole has its metadata, and a server keeps nothing else beside spec and status.
        Assert.Equal(["$"], lossy);

        void Look(DocumentNode schema, string path)
        {
            if (Get(schema, "properties") is { } properties)
            {
                if (Get(schema, "x-kubernetes-preserve-unknown-fields")?.Scalar != "true")
                    lossy.Add(path);
                foreach (var (name, inner) in properties.Members)
                    Look(inner, $"{path}.{name}");
            }

            if (Get(schema, "items") is { } items)
                Look(items, path + "[]");
        }
    }

    [Fact]
    public void RightsOf_AMachine_NameItOrItsNodeInEveryRule()
    {
        var text = ManifestSet.RightsOf("edge-1", "node-1");

        var role = YamlSource.Read(Encoding.UTF8.GetBytes(text[..text.IndexOf("---\n", StringComparison.Ordinal)]), new DocumentProblems());
        var rules = Get(role, "rules")!.Items;
        Assert.Equal(["edge-1", "edge-1", null, "node-1"], rules.Select(rule => Get(rule, "resourceNames")?.Items.Single().Scalar));
        Assert.DoesNotContain("\"*\"", text, StringComparison.Ordinal);
        Assert.Contains("unbounded:machine:edge-1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void RightsOf_Events_AreToMakeThemOnly()
    {
        var documents = ManifestSet.RightsOf("edge-1").Split("---\n");
        var role = YamlSource.Read(Encoding.UTF8.GetBytes(documents[2]), new DocumentProblems());

        Assert.Equal("Role", Get(role, "kind")!.Scalar);
        Assert.Equal("create", Assert.Single(Get(Assert.Single(Get(role, "rules")!.Items), "verbs")!.Items).Scalar);
    }

    [Fact]
    public void RightsOf_AMachineThatDrains_AreThoseAndToListAndEvictPods()
    {
        var plain = Rules(ManifestSet.RightsOf("edge-1", "node-1"));
        var drains = Rules(ManifestSet.RightsOf("edge-1", "node-1", drain: true));

        Assert.DoesNotContain(plain, r => r.StartsWith("pods", StringComparison.Ordinal));
        Assert.Equal([.. plain, "pods list", "pods/eviction create"], drains);

        static List<string> Rules(string text)
        {
            var role = YamlSource.Read(Encoding.UTF8.GetBytes(text[..text.IndexOf("---\n", StringComparison.Ordinal)]), new DocumentProblems());
            return [.. Get(role, "rules")!.Items.Select(r => $"{Get(r, "resources")!.Items.Single().Scalar} {string.Join(',', Get(r, "verbs")!.Items.Select(v => v.Scalar))}")];
        }
    }

    [Fact]
    public void RightsOf_ForTheGate_AreToReadItsLeaseAndTheListOfSystemPods()
    {
        var documents = ManifestSet.RightsOf("edge-1", "node-1").Split("---\n").Select(d => YamlSource.Read(Encoding.UTF8.GetBytes(d), new DocumentProblems())).ToList();
        var pods = Get(documents[4], "rules")!.Items.Single();
        var lease = Get(documents[6], "rules")!.Items.Single();

        Assert.Equal(("kube-system", "pods", "list"), (Get(Get(documents[4], "metadata")!, "namespace")!.Scalar, Get(pods, "resources")!.Items.Single().Scalar, Get(pods, "verbs")!.Items.Single().Scalar));
        Assert.Equal(("kube-node-lease", "leases", "get"), (Get(Get(documents[6], "metadata")!, "namespace")!.Scalar, Get(lease, "resources")!.Items.Single().Scalar, Get(lease, "verbs")!.Items.Single().Scalar));
        Assert.Equal("node-1", Get(lease, "resourceNames")!.Items.Single().Scalar);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a b")]
    [InlineData("x\nkind: ClusterRole")]
    public void RightsOf_WhatIsNoName_IsRefused(string name) =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<AgentException>(() => ManifestSet.RightsOf(name)).Code);

    // Every member that the reader asks for exists, so that it asks for those inside, too.
    private static DocumentNode Everything() => YamlSource.Read(
        """
        apiVersion: unbounded-cloud.io/v1alpha3
        kind: Machine
        metadata: {name: x}
        spec:
          kubernetes: {nodeRef: {name: a}, bootstrapTokenRef: {name: a}}
          agent: {downloads: {kubernetes: {version: "1"}, containerd: {version: "1"}, runc: {version: "1"}, cni: {version: "1"}, crictl: {version: "1"}}}
          operations: {rebootCounter: 1}
          update: {healthGate: {settle: 1s}, rollback: {maxAttempts: 1}, drain: {enabled: true}}

        """u8,
        new DocumentProblems());

    private static DocumentNode? Schema(string path)
    {
        var root = YamlSource.Read(Encoding.UTF8.GetBytes(ManifestSet.Machines()), new DocumentProblems());
        var at = Get(Get(Get(Get(root, "spec")!, "versions")!.Items[0], "schema")!, "openAPIV3Schema");
        foreach (var part in path.Split('.').Skip(1))
            at = at is null ? null : Get(at, "properties") is { } properties ? Get(properties, part) : null;
        return at;
    }

    private static DocumentNode? Get(DocumentNode node, string name) => node.Members.FirstOrDefault(m => m.Key == name)?.Value;
}
