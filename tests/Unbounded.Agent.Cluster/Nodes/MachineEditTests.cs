using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>The main job from the cluster: edits of the Machine on a real API server swap a real node. A test takes the node as it finds it and leaves a healthy one.</summary>
[Collection(OnTheCluster.Name)]
public sealed class MachineEditTests(ControlPlane plane, JoinedNode node)
{
    private const int MostStatusWrites = 15;

    [Fact]
    public async Task Daemon_WithoutAMachine_RegistersWhatIsInForce()
    {
        await node.OnAsync(plane);

        var machine = await node.WaitAsync(m => JoinedNode.Condition(m, "Ready") == "True", "a Machine that is ready");

        Assert.Equal("node-1", (string?)machine["spec"]!["kubernetes"]!["nodeRef"]!["name"]);
        Assert.StartsWith("oci-layout://", (string?)machine["spec"]!["agent"]!["image"], StringComparison.Ordinal);
        Assert.Equal("3s", (string?)machine["spec"]!["update"]!["healthGate"]!["settle"]);
        Assert.Equal("True", JoinedNode.Condition(machine, "ClusterConnected"));
        Assert.Equal("True", JoinedNode.Condition(machine, "IdentityCurrent"));
        await plane.KubectlAsync(null, "wait", "--for=condition=Ready", $"machines.unbounded-cloud.io/{JoinedNode.Machine}", "--timeout=5s");
    }

    [Fact]
    public async Task Edit_OfTheVersion_SwapsTheNode()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);
        var writes = StatusWrites();
        // A server makes the namespace of the Leases a while after its start, and a kubelet its Lease after that.
        await node.WaitAsync(new ResourcePath("coordination.k8s.io/v1", "leases", "kube-node-lease").Of(JoinedNode.NodeName), _ => true, "the Node's Lease");

        await node.WantAsync(version, tag);
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the end of the swap");

        var slot = (string)after["status"]!["activeSlot"]!;
        Assert.NotEqual((string?)before["status"]!["activeSlot"], slot);
        Assert.Equal(version, (string?)JoinedNode.Slot(after, slot)["kubernetesVersion"]);
        Assert.InRange((long)after["status"]!["lastTransition"]!["downtimeMilliseconds"]!, 1, 60_000);
        Assert.True(await node.Agent.IsHealthyAsync());
        Assert.Contains("is Ready", await node.EvidenceAsync("node-ready"), StringComparison.Ordinal);
        Assert.Contains("after the kubelet's start", await node.EvidenceAsync("node-heartbeat"), StringComparison.Ordinal);
        Assert.Contains("0 pods of kube-system run here", await node.EvidenceAsync("system-pods"), StringComparison.Ordinal);
        Assert.InRange(StatusWrites() - writes, 1, MostStatusWrites);
        await plane.WaitForEventAsync(JoinedNode.Machine, "SwapStarted");
        await plane.WaitForEventAsync(JoinedNode.Machine, "SwapSucceeded");
    }

    [Fact]
    public async Task Edit_ToAnImageThatFails_IsRolledBackAndSaid()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var slot = (string)before["status"]!["activeSlot"]!;

        await node.WantAsync("1.20.99", JoinedNode.Next(before).Tag);
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Failed"), "the end of an update that can't work");

        Assert.Equal(slot, (string?)after["status"]!["activeSlot"]);
        Assert.StartsWith("UBA-", (string?)after["status"]!["lastError"]!["code"], StringComparison.Ordinal);
        Assert.Equal("True", JoinedNode.Condition(after, "Degraded"));
        Assert.Equal("True", JoinedNode.Condition(after, "Ready"));
    }

    [Fact]
    public async Task Edit_ThenTheServerIsLost_TheSwapEndsAndIsToldLater()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);
        var startedBefore = (string?)(await node.Agent.StateAsync())!["started_at"];
        await node.WantAsync(version, tag);
        await node.Agent.WaitAsync(async () => (string?)(await node.Agent.StateAsync())?["started_at"] != startedBefore, "the beginning of the swap");

        node.Relay.Cut();
        var phase = await node.Agent.EndOfTransitionAfterAsync(startedBefore);
        var unseen = await node.MachineAsync();
        node.Relay.Mend();
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the result of a swap that nobody saw");

        Assert.Equal("success", phase);
        Assert.False(JoinedNode.Moved(before, unseen) && JoinedNode.Ended(unseen, "Succeeded"), "the server learned it over a cut connection");
        Assert.NotEqual((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
    }

    [Fact]
    public async Task Machine_Deleted_IsRegisteredAgainAndNothingMoves()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();

        await node.DeleteMachineAsync();
        var after = await node.WaitAsync(
            m => (string?)m["metadata"]!["uid"] != (string?)before["metadata"]!["uid"] && JoinedNode.Condition(m, "Ready") == "True", "the Machine, registered anew");

        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
        Assert.Equal((string?)before["status"]!["lastTransition"]!["startedAt"], (string?)after["status"]!["lastTransition"]!["startedAt"]);
        Assert.Equal(before["spec"]!["kubernetes"]!.ToJsonString(), after["spec"]!["kubernetes"]!.ToJsonString());
    }

    private int StatusWrites() => plane.Audited(e =>
        (string?)e["user"]?["username"] == JoinedNode.User
        && (string?)e["verb"] == "patch"
        && (string?)e["objectRef"]?["subresource"] == "status").Count;
}
