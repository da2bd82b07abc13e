using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>What the daemon does to the live Node object, and what somebody else's doing to it means.</summary>
[Collection(OnTheCluster.Name)]
public sealed class LiveNodeTests(ControlPlane plane, JoinedNode node)
{
    [Fact]
    public async Task Edit_OfLabelsAndTaints_IsOnTheLiveNodeWithoutASwap()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var registered = await node.WaitForNodeAsync(_ => true, "the Node");

        await node.EditAsync("""{"kubernetes":{"nodeLabels":{"example.com/rack":"r7"},"registerWithTaints":["example.com/gpu=yes:PreferNoSchedule"]}}""");
        var labelled = await node.WaitForNodeAsync(n => Label(n) == "r7" && HasTaint(n), "label and taint on the live Node");
        await node.EditAsync("""{"kubernetes":{"nodeLabels":null,"registerWithTaints":null}}""");
        var plain = await node.WaitForNodeAsync(n => Label(n) is null && !HasTaint(n), "label and taint gone again");
        var after = await node.SettledAsync();

        Assert.Equal((string?)registered["metadata"]!["uid"], (string?)labelled["metadata"]!["uid"]);
        Assert.Equal(JoinedNode.BootIdOf(registered), JoinedNode.BootIdOf(plain));
        Assert.False(JoinedNode.Moved(before, after));
        Assert.Equal("True", JoinedNode.Condition(after, "NodeConfigured"));
    }

    [Fact]
    public async Task OnDelete_AnUpdateWaitsUntilSomebodyDeletesTheNode()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var registered = await node.WaitForNodeAsync(_ => true, "the Node");
        var (version, tag) = JoinedNode.Next(before);
        await node.EditAsync("""{"update":{"strategy":"OnDelete"}}""");
        await node.WantAsync(version, tag);
        var waiting = await node.WaitAsync(
            m => Observed(m) && ((string?)Reason(m, "Progressing"))!.Contains("Waiting", StringComparison.Ordinal), "an update that waits");

        await node.DeleteNodeAsync();
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the swap that the deletion asked for");
        var anew = await node.WaitForNodeAsync(n => (string?)n["metadata"]!["uid"] != (string?)registered["metadata"]!["uid"], "the Node, registered anew");
        await node.EditAsync("""{"update":{"strategy":"Automatic"}}""");

        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)waiting["status"]!["activeSlot"]);
        Assert.NotEqual((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
        Assert.NotEqual(JoinedNode.BootIdOf(registered), JoinedNode.BootIdOf(anew));
    }

    private static bool Observed(JsonObject machine) =>
        (long?)machine["status"]?["observedGeneration"] == (long?)machine["metadata"]!["generation"];

    private static string? Reason(JsonObject machine, string type) =>
        (string?)machine["status"]?["conditions"]?.AsArray().SingleOrDefault(c => (string?)c!["type"] == type)?["reason"] ?? "";

    private static string? Label(JsonObject node) => (string?)node["metadata"]!["labels"]?["example.com/rack"];

    private static bool HasTaint(JsonObject node) =>
        node["spec"]?["taints"] is JsonArray taints && taints.Any(t => (string?)t!["key"] == "example.com/gpu" && (string?)t["value"] == "yes");
}
