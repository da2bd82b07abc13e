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

    [Theory]
    [InlineData("No Space", "busybox", "https://h/")]
    [InlineData("edge", "no image", "https://h/")]
    [InlineData("edge", "busybox", "no url")]
    public void Of_WhatIsNone_IsRefused(string space, string image, string server) =>
        Assert.Equal(KubernetesErrors.Refused, Assert.Throws<AgentException>(() => UpdateManifests.Of(space, image, server, "stable")).Code);

    private static List<DocumentNode> Documents() =>
        [.. UpdateManifests.Of("edge", "busybox:stable", Server, "beta").Split("---\n").Select(d => YamlSource.Read(Encoding.UTF8.GetBytes(d), new DocumentProblems()))];

    private static IEnumerable<string> Command(DocumentNode job) =>
        Get(Get(Get(Get(job, "template")!, "spec")!, "containers")!.Items[0], "command")!.Items.Select(i => i.Scalar);

    private static string Text(DocumentNode node, params string[] path) => path.Aggregate((DocumentNode?)node, (at, name) => at is null ? null : Get(at, name))?.Scalar ?? "";

    private static DocumentNode? Get(DocumentNode node, string name) => node.Members.FirstOrDefault(m => m.Key == name)?.Value;
}
