using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>From end to end: a Deployment's pod that a real kubelet runs (<c>images/node/pods</c>) while its node is swapped, and put back.</summary>
[Collection(OnTheCluster.Name)]
public sealed class DeploymentTests(ControlPlane plane, JoinedNode node)
{
    private const string Name = "web-end-to-end";

    [Fact]
    public async Task Edit_UnderADeploymentsPod_TheSamePodRunsOnWithItsImageAndABrokenImageIsRolledBack()
    {
        await node.OnAsync(plane);
        var first = await SwapAsync(await node.SettledAsync());
        await DeployAsync();
        await plane.KubectlAsync(null, "wait", "--for=condition=Available", $"deployment/{Name}", "--timeout=180s");
        var pod = new ResourcePath("v1", "pods", "default").Of((await plane.KubectlAsync(null, "get", "pods", "-l", $"app={Name}", "-o", "jsonpath={.items[0].metadata.name}")).Trim());
        var (began, nodeBefore) = (await RunsAsync(pod, null), await node.WaitForNodeAsync(_ => true, "the Node"));

        var second = await SwapAsync(first);
        var swapped = await RunsAsync(pod, began);
        var nodeAfter = await node.WaitForNodeAsync(IsReady, "the Node, Ready");
        await plane.KubectlAsync(null, "wait", "--for=condition=Ready", $"machines.unbounded-cloud.io/{JoinedNode.Machine}", "--timeout=180s");
        await plane.KubectlAsync(null, "wait", "--for=condition=Available", $"deployment/{Name}", "--timeout=180s");

        Assert.Equal((string?)began["metadata"]!["uid"], (string?)swapped["metadata"]!["uid"]);
        Assert.NotEqual(JoinedNode.BootIdOf(nodeBefore), JoinedNode.BootIdOf(nodeAfter));
        Assert.Equal((string?)nodeBefore["metadata"]!["uid"], (string?)nodeAfter["metadata"]!["uid"]);

        await node.WantImageAsync(AgentHost.V2, AgentHost.Image("bad-flag"));
        var back = await node.WaitAsync(m => JoinedNode.Moved(second, m) && JoinedNode.Ended(m, "RolledBack"), "the rollback of an image whose kubelet can't start");
        var again = await RunsAsync(pod, swapped);
        var wide = await plane.KubectlAsync(null, "get", "machines.unbounded-cloud.io", JoinedNode.Machine, "-o", "wide");
        await plane.KubectlAsync(null, "wait", "--for=condition=Ready", $"machines.unbounded-cloud.io/{JoinedNode.Machine}", "--timeout=180s");

        Assert.Equal((string?)second["status"]!["activeSlot"], (string?)back["status"]!["activeSlot"]);
        Assert.Equal((string?)began["metadata"]!["uid"], (string?)again["metadata"]!["uid"]);
        Assert.Contains("was rolled back", wide, StringComparison.Ordinal);
        // There is no registry to pull from; and what came along was not even taken in a second time.
        Assert.DoesNotContain("Pulling", await plane.KubectlAsync(null, "get", "events", "-o", "jsonpath={.items[*].reason}", "--field-selector", $"involvedObject.name={pod.Name}"), StringComparison.Ordinal);
        Assert.Equal("pause.tar\nshell.tar", (await node.Agent.Host.ShellAsync("sort /srv/pods/imported")).Trim());
        await plane.KubectlAsync(null, "delete", "deployment", Name, "--timeout=180s");
        await node.WantWhatRunsAsync();
    }

    // To the other version, on an image that can run pods there.
    private async Task<JsonObject> SwapAsync(JsonObject before)
    {
        var (version, tag) = JoinedNode.Next(before);
        await node.WantImageAsync(version, $"oci-layout://{SystemdHost.ImagesMount}/pods:{tag}-pods");
        return await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the end of the swap");
    }

    // Bound by its name: there is no scheduler in this cluster.
    private Task DeployAsync() => plane.KubectlAsync(
        $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{Name}}}
        spec:
          selector: {matchLabels: {app: {{Name}} } }
          template:
            metadata: {labels: {app: {{Name}} } }
            spec:
              nodeName: {{JoinedNode.NodeName}}
              hostNetwork: true
              automountServiceAccountToken: false
              containers:
                - name: web
                  image: test.local/shell:1
                  imagePullPolicy: IfNotPresent
                  command: [/bin/sh, -c, "trap 'exit 0' TERM; while :; do /bin/sleep 1; done"]
        """,
        "apply", "-f", "-");

    // Until the pod is Ready, in another container than before.
    private Task<JsonObject> RunsAsync(ResourcePath pod, JsonObject? before) => node.WaitAsync(
        pod, p => IsReady(p) && ContainerOf(p) is { } container && container != (before is null ? null : ContainerOf(before)), "the pod, Ready");

    private static string? ContainerOf(JsonObject pod) =>
        (string?)(pod["status"]?["containerStatuses"] as JsonArray ?? []).FirstOrDefault(c => c!["state"]?["running"] is not null)?["containerID"];

    private static bool IsReady(JsonObject it) =>
        (it["status"]?["conditions"] as JsonArray ?? []).Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");
}
