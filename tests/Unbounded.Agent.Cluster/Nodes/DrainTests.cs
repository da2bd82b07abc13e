using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>A drain on a real API server, whose own disruption controller says what a budget allows.</summary>
[Collection(OnTheCluster.Name)]
public sealed class DrainTests(ControlPlane plane, JoinedNode node)
{
    private const string Cordon = "unbounded-cloud.io/cordoned-for";

    private static readonly ResourcePath Budgets = new("policy/v1beta1", "poddisruptionbudgets", "default");
    private static readonly ResourcePath Pods = new("v1", "pods", "default");

    [Fact]
    public async Task Drain_ThatABudgetBlocks_IsSaidAndEndsWhenItIsGone()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);
        await plane.KubectlAsync(ManifestSet.RightsOf(JoinedNode.Machine, JoinedNode.NodeName, drain: true), "apply", "-f", "-");

        // Pods run nowhere on this host: one that its kubelet does not look at stays as the test says that it is.
        await node.Agent.Host.ShellAsync("pkill -STOP -x kubelet");
        await RunAPodAsync();
        await node.EditAsync("""{"update":{"drain":{"enabled":true,"timeout":"4s"}}}""");
        await node.WantAsync(version, tag);
        var blocked = await node.WaitAsync(m => (string?)m["status"]?["lastError"]?["code"] == "UBA-5220", "a drain that a budget blocks");
        await node.EditAsync("""{"update":{"retryNonce":"longer","drain":{"timeout":"120s"}}}""");
        var annotated = await node.WaitForNodeAsync(IsCordoned, "the Node, cordoned by the next attempt");
        await plane.Client.DeleteAsync(Budgets.Of("web-budget"), null, CancellationToken.None);
        await node.Agent.Host.ShellAsync("pkill -CONT -x kubelet");
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the swap after the drain");
        var open = await node.WaitForNodeAsync(n => !IsCordoned(n), "the Node, uncordoned");

        var error = blocked["status"]!["lastError"]!.ToJsonString();
        Assert.Contains("default/web", error, StringComparison.Ordinal);
        Assert.Contains("web-budget", error, StringComparison.Ordinal);
        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)blocked["status"]!["activeSlot"]);
        Assert.NotNull(annotated["metadata"]!["annotations"]![Cordon]);
        Assert.NotEqual((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
        Assert.Null(open["metadata"]!["annotations"]![Cordon]);

        // Somebody else's cordon outlives a swap.
        await plane.KubectlAsync(null, "cordon", JoinedNode.NodeName);
        var (next, nextTag) = JoinedNode.Next(after);
        await node.WantAsync(next, nextTag);
        await node.WaitAsync(m => JoinedNode.Moved(after, m) && JoinedNode.Ended(m, "Succeeded"), "the swap of a Node that somebody else cordoned");
        var theirs = await node.WaitForNodeAsync(_ => true, "the Node");
        await plane.KubectlAsync(null, "uncordon", JoinedNode.NodeName);
        await node.EditAsync("""{"update":{"drain":{"enabled":false}}}""");

        Assert.True(IsCordoned(theirs));
        Assert.Null(theirs["metadata"]!["annotations"]![Cordon]);
    }

    // Without a grace its eviction takes it away at once: there is no kubelet to wait for.
    private async Task RunAPodAsync()
    {
        await CreateAsync(Budgets, """{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget","metadata":{"name":"web-budget"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}} }""");
        await CreateAsync(
            Pods,
            $$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"} },
             "spec":{"nodeName":"{{JoinedNode.NodeName}}","terminationGracePeriodSeconds":0,"automountServiceAccountToken":false,"containers":[{"name":"c","image":"example.invalid/none:1"}] } }
            """);
        await plane.Client.MergePatchAsync(
            Pods.Of("web").Status,
            """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}"""u8.ToArray(),
            CancellationToken.None);
    }

    private async Task CreateAsync(ResourcePath path, string json) => await plane.Client.CreateAsync(path, Encoding.UTF8.GetBytes(json), CancellationToken.None);

    private static bool IsCordoned(JsonObject node) => (bool?)node["spec"]?["unschedulable"] == true;
}
