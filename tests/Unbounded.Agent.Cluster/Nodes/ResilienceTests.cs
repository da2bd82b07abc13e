using Unbounded.Agent.Cluster.Control;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>An API server that is slow, cut off, killed, or forgets the kind: the node ends on the last edit, and nothing runs hot.</summary>
[Collection(OnTheCluster.Name)]
public sealed class ResilienceTests(ControlPlane plane, JoinedNode node)
{
    // Two swaps over a bad way, with every watch, list, status, event and Node patch of them, retried.
    private const int MostRequests = 200;

    [Fact]
    public async Task TenEdits_OverASlowWayThatIsCutAndAServerThatIsKilled_EndOnTheLast()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);
        var started = (string?)(await node.Agent.StateAsync())!["started_at"];
        var asked = Requests();

        using var slow = new Slowly(node.Relay);
        for (var edit = 1; edit < 10; edit++)
            await node.WantAsync(version, tag, timeout: $"{90 + edit}s");
        await node.WantAsync(version, tag, timeout: "120s");
        await node.Agent.WaitAsync(async () => (string?)(await node.Agent.StateAsync())?["started_at"] != started, "the beginning of the swap");
        await plane.HackAsync("restart");
        slow.Dispose();
        using var cuts = new Cuts(node.Relay);
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the end of the last edit");
        var slot = (string)after["status"]!["activeSlot"]!;
        Assert.Equal(version, (string?)JoinedNode.Slot(after, slot)["kubernetesVersion"]);
        Assert.NotEqual((string?)before["status"]!["activeSlot"], slot);
        Assert.True(await node.Agent.IsHealthyAsync());
        Assert.InRange(Requests() - asked, 1, MostRequests);
    }

    [Fact]
    public async Task TheKind_DeletedAndInstalledAgain_TheMachineIsRegisteredAnewAndNothingMoves()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var asked = Requests();

        await plane.KubectlAsync(null, "delete", "crd", "machines.unbounded-cloud.io", "--timeout=60s");
        await node.SaysAsync("UBA5207");
        await plane.InstallKindAsync();
        var after = await node.WaitAsync(
            m => (string?)m["metadata"]!["uid"] != (string?)before["metadata"]!["uid"] && JoinedNode.Condition(m, "ClusterConnected") == "True" && JoinedNode.Condition(m, "Ready") == "True",
            "the Machine, registered anew");

        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
        Assert.Equal(before["spec"]!["kubernetes"]!.ToJsonString(), after["spec"]!["kubernetes"]!.ToJsonString());
        Assert.InRange(Requests() - asked, 1, MostRequests);
    }

    // Every watch breaks every three seconds.
    private sealed class Cuts : IDisposable
    {
        private readonly Timer _timer;

        public Cuts(Relay relay) => _timer = new Timer(
            _ =>
            {
                relay.Cut();
                relay.Mend();
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(3));

        public void Dispose() => _timer.Dispose();
    }

    private sealed class Slowly : IDisposable
    {
        private readonly Relay _relay;

        public Slowly(Relay relay) => (_relay = relay).Slow(TimeSpan.FromSeconds(2));

        public void Dispose() => _relay.Slow(TimeSpan.Zero);
    }

    private int Requests() => plane.Audited(e => (string?)e["user"]?["username"] == JoinedNode.User).Count;
}
