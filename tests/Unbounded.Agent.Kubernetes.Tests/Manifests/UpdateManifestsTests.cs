using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Tests.Manifests;

public sealed class UpdateManifestsTests
{
    private const string Server = "https://updates.example/os/?a=1&b=2";

    [Fact]
    public void Of_AServer_IsANamespaceAConfigMapACronJobAndAJob() => Assert.Equal(
        ["v1 Namespace /edge", "v1 ConfigMap edge/unbounded-update", "batch/v1 CronJob edge/unbounded-update", "batch/v1 Job edge/unbounded-update-healthcheck"],
        Documents().Select(d => $"{Text(d, "apiVersion")} {Text(d, "kind")} {Text(d, "metadata", "namespace")}/{Text(d, "metadata", "name")}"));

    [Fact]
    public void Of_AServer_IsInTheConfigMapAsItIs()
    {
        var map = Documents()[1];

        Assert.Equal((Server, "beta"), (Text(map, "data", "server"), Text(map, "data", "channel")));
    }

    [Fact]
    public void Of_TheCronJob_LooksEverySixHoursAndNeverTwiceAtOnce()
    {
        var cron = Documents()[2];

        Assert.Equal(("17 */6 * * *", "Forbid"), (Text(cron, "spec", "schedule"), Text(cron, "spec", "concurrencyPolicy")));
        Assert.Equal(
            ["chroot", "/host", "/usr/local/bin/unbounded-agent", "update", "run", "--server", "$(SERVER)", "--channel", "$(CHANNEL)"],
            Command(Get(Get(Get(cron, "spec")!, "jobTemplate")!, "spec")!));
    }

    [Fact]
    public void Of_TheJob_AsksForTheHealth() => Assert.Equal(
        ["chroot", "/host", "/usr/local/bin/unbounded-agent", "update", "healthcheck"], Command(Get(Documents()[3], "spec")!));

    [Fact]
    public void Of_EveryContainer_HasTheHostAndNoToken()
    {
        foreach (var job in new[] { Get(Get(Get(Documents()[2], "spec")!, "jobTemplate")!, "spec")!, Get(Documents()[3], "spec")! })
        {
            var pod = Get(Get(job, "template")!, "spec")!;
            Assert.Equal(("Never", "true", "false"), (Text(pod, "restartPolicy"), Text(pod, "hostPID"), Text(pod, "automountServiceAccountToken")));
            Assert.Equal("/", Text(Get(pod, "volumes")!.Items[0], "hostPath", "path"));
            var container = Get(pod, "containers")!.Items[0];
            Assert.Equal(["SERVER server", "CHANNEL channel"], Get(container, "env")!.Items.Select(e => $"{Text(e, "name")} {Text(e, "valueFrom", "configMapKeyRef", "key")}"));
        }
    }

    [Fact]
    public void Of_NoNode_RunsOnTheOneThatIsMarkedAndNoOther()
    {
        foreach (var pod in Pods(Documents()))
            Assert.Equal([(UpdateManifests.NodeLabel, "true")], Get(pod, "nodeSelector")!.Members.Select(m => (m.Key, m.Value.Scalar)));
    }

    [Fact]
    public void Of_Nodes_HasAPairForEachThatRunsThereAndNowhereElse()
    {
        var documents = Documents("n1", "n2.example", "n1");

        Assert.Equal(
            ["CronJob unbounded-update-n1", "Job unbounded-update-healthcheck-n1", "CronJob unbounded-update-n2.example", "Job unbounded-update-healthcheck-n2.example"],
            documents[2..].Select(d => $"{Text(d, "kind")} {Text(d, "metadata", "name")}"));
        Assert.Equal(["n1", "n1", "n2.example", "n2.example"], Pods(documents).Select(pod =>
        {
            Assert.Null(Get(pod, "nodeSelector"));
            var term = Assert.Single(Get(Get(Get(Get(pod, "affinity")!, "nodeAffinity")!, "requiredDuringSchedulingIgnoredDuringExecution")!, "nodeSelectorTerms")!.Items);
            var field = Assert.Single(Get(term, "matchFields")!.Items);
            Assert.Equal(("metadata.name", "In"), (Text(field, "key"), Text(field, "operator")));
            return Assert.Single(Get(field, "values")!.Items).Scalar;
        }));
    }

    [Fact]
    public void Of_AnyPod_RunsAlsoOnANodeWithTaints()
    {
        foreach (var pod in Pods(Documents()).Concat(Pods(Documents("n1"))))
            Assert.Equal([("operator", "Exists")], Assert.Single(Get(pod, "tolerations")!.Items).Members.Select(m => (m.Key, m.Value.Scalar)));
    }

    [Fact]
    public void Of_NodesWithLongNames_HasNamesThatAJobMayHave()
    {
        var common = new string('a', 40) + "." + new string('b', 40);

        var names = Documents(common + "1", common + "2")[2..].Select(d => Text(d, "metadata", "name")).ToList();

        Assert.Equal(4, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, n => Assert.InRange(n.Length, 1, 52));
        Assert.All(names, n => Assert.Null(Unbounded.Agent.Core.Configuration.Syntax.NameSyntax.Subdomain(n)));
    }

    [Theory]
    [InlineData("No Space", "busybox", "https://h/")]
    [InlineData("edge", "no image", "https://h/")]
    [InlineData("edge", "busybox", "no url")]
    [InlineData("edge", "busybox", "https://h/", "No Node")]
    public void Of_WhatIsNone_IsRefused(string space, string image, string server, string node = "n1") =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<AgentException>(() => UpdateManifests.Of(space, image, server, "stable", node)).Code);

    private static IEnumerable<DocumentNode> Pods(IEnumerable<DocumentNode> documents) => documents.Skip(2).Select(d => Get(d, "spec")!)
        .Select(spec => Get(Get(Get(Get(spec, "jobTemplate") ?? spec, "spec") ?? spec, "template")!, "spec")!);

    private static List<DocumentNode> Documents(params string[] nodes) =>
        [.. UpdateManifests.Of("edge", "busybox:stable", Server, "beta", nodes).Split("---\n").Select(d => YamlSource.Read(Encoding.UTF8.GetBytes(d), new DocumentProblems()))];

    private static IEnumerable<string> Command(DocumentNode job) =>
        Get(Get(Get(Get(job, "template")!, "spec")!, "containers")!.Items[0], "command")!.Items.Select(i => i.Scalar);

    private static string Text(DocumentNode node, params string[] path) => path.Aggregate((DocumentNode?)node, (at, name) => at is null ? null : Get(at, name))?.Scalar ?? "";

    private static DocumentNode? Get(DocumentNode node, string name) => node.Members.FirstOrDefault(m => m.Key == name)?.Value;
}
