using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Manifests;

public sealed class ControllerManifestsTests
{
    [Fact]
    public void Of_WithoutAnImage_IsTheAccountAndItsRights()
    {
        var documents = Documents(ControllerManifests.Of("fleet", null, readsTokens: true));

        Assert.Equal(
            [
                "Namespace /fleet", "ServiceAccount fleet/unbounded-controller", "ClusterRole /unbounded-controller", "ClusterRoleBinding /unbounded-controller",
                "Role fleet/unbounded-controller", "RoleBinding fleet/unbounded-controller", "Role default/unbounded-controller", "RoleBinding default/unbounded-controller",
                "Role kube-system/unbounded-controller", "RoleBinding kube-system/unbounded-controller",
            ],
            documents.Select(d => $"{Text(d, "kind")} {Text(d, "metadata", "namespace")}/{Text(d, "metadata", "name")}"));
    }

    [Fact]
    public void Of_EveryRule_IsOneThatIsNeeded() => Assert.Equal(
        [
            "certificates.k8s.io/certificatesigningrequests: get list watch",
            "certificates.k8s.io/certificatesigningrequests/approval: update",
            "certificates.k8s.io/signers kubernetes.io/kube-apiserver-client: approve",
            "unbounded-cloud.io/machines: get list watch",
            "coordination.k8s.io/leases unbounded-controller: get update",
            "coordination.k8s.io/leases: create",
            "/events: create",
            "/secrets: get",
        ],
        Rules(ControllerManifests.Of("fleet", "example.org/agent:1", readsTokens: true)));

    [Fact]
    public void Of_WithoutTheRightToReadTokens_HasNothingInKubeSystem() =>
        Assert.DoesNotContain("kube-system", ControllerManifests.Of("fleet", "example.org/agent:1", readsTokens: false), StringComparison.Ordinal);

    [Fact]
    public void Of_EveryBinding_IsOfTheAccountAndOfTheRoleBesideIt()
    {
        var bindings = Documents(ControllerManifests.Of("fleet", null, readsTokens: true)).Where(d => Text(d, "kind").EndsWith("Binding", StringComparison.Ordinal)).ToList();

        Assert.Equal(4, bindings.Count);
        foreach (var binding in bindings)
        {
            var subject = Assert.Single(Get(binding, "subjects")!.Items);
            Assert.Equal(("ServiceAccount", "unbounded-controller", "fleet"), (Text(subject, "kind"), Text(subject, "name"), Text(subject, "namespace")));
            Assert.Equal(Text(binding, "kind"), Text(binding, "roleRef", "kind") + "Binding");
            Assert.Equal("unbounded-controller", Text(binding, "roleRef", "name"));
        }
    }

    [Fact]
    public void Of_AnImage_IsADeploymentWithoutRightsOnItsNode()
    {
        var deployment = Documents(ControllerManifests.Of("fleet", "example.org:5000/a/agent:1.2@sha256:" + new string('a', 64), readsTokens: false))[^1];
        var pod = Get(Get(Get(deployment, "spec")!, "template")!, "spec")!;
        var container = Assert.Single(Get(pod, "containers")!.Items);

        Assert.Equal(("Deployment", "2"), (Text(deployment, "kind"), Text(deployment, "spec", "replicas")));
        Assert.Equal(Text(deployment, "spec", "selector", "matchLabels", "app.kubernetes.io/name"), Text(deployment, "spec", "template", "metadata", "labels", "app.kubernetes.io/name"));
        Assert.Equal("unbounded-controller", Text(pod, "serviceAccountName"));
        Assert.Equal(("true", "65532"), (Text(pod, "securityContext", "runAsNonRoot"), Text(pod, "securityContext", "runAsUser")));
        Assert.Equal(("true", "false"), (Text(container, "securityContext", "readOnlyRootFilesystem"), Text(container, "securityContext", "allowPrivilegeEscalation")));
        Assert.Equal("ALL", Get(Get(Get(container, "securityContext")!, "capabilities")!, "drop")!.Items.Single().Scalar);
        Assert.Equal(["/usr/local/bin/unbounded-agent", "controller"], Get(container, "command")!.Items.Select(i => i.Scalar));
        // It serves nothing that could be asked.
        Assert.DoesNotContain(container.Members, m => m.Key.EndsWith("Probe", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a.b")]
    [InlineData("x\nkind: ClusterRole")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Of_WhatIsNoNamespace_IsRefused(string space) =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<AgentException>(() => ControllerManifests.Of(space, null, readsTokens: true)).Code);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("example.org/Agent:1")]
    [InlineData("example.org/agent:1\n")]
    [InlineData("example.org/agent@sha256:12")]
    [InlineData("example.org/agent:1\nprivileged: true")]
    public void Of_WhatIsNoImage_IsRefused(string image) =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<AgentException>(() => ControllerManifests.Of("fleet", image, readsTokens: true)).Code);

    private static List<string> Rules(string yaml) =>
    [
        .. Documents(yaml).SelectMany(d => Get(d, "rules")?.Items ?? []).Select(rule =>
        {
            var name = Get(rule, "resourceNames")?.Items.Single().Scalar;
            var verbs = string.Join(' ', Get(rule, "verbs")!.Items.Select(v => v.Scalar));
            return $"{Get(rule, "apiGroups")!.Items.Single().Scalar}/{Get(rule, "resources")!.Items.Single().Scalar}{(name is null ? "" : " " + name)}: {verbs}";
        }),
    ];

    private static List<DocumentNode> Documents(string yaml) =>
        [.. yaml.Split("---\n").Select(d => YamlSource.Read(Encoding.UTF8.GetBytes(d), new DocumentProblems()))];

    private static string Text(DocumentNode node, params string[] path) => path.Aggregate((DocumentNode?)node, (at, name) => at is null ? null : Get(at, name))?.Scalar ?? "";

    private static DocumentNode? Get(DocumentNode node, string name) => node.Members.FirstOrDefault(m => m.Key == name)?.Value;
}
