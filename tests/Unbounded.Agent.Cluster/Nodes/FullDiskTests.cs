using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Integration.Agent;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>A disk that is full: while the new side is prepared, while it is proven, and under the side that runs again. The Machine says what to free.</summary>
[Collection(OnTheCluster.Name)]
public sealed class FullDiskTests(ControlPlane plane, JoinedNode node) : IAsyncLifetime
{
    // Room for what an image takes at least, and for no image.
    private const long LeftBytes = 120L << 20;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => FreeAsync();

    [Fact]
    public async Task Full_WhileTheNewSideIsPrepared_TheSwapIsGivenUpAndTheOldSideWasNeverTouched()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var nodeBefore = await node.WaitForNodeAsync(_ => true, "the Node");

        await FillAsync(LeftBytes);
        await node.EditAsync("""{"update":{"rollback":{"maxAttempts":1}}}""");
        // One that is not in the store.
        await node.WantImageAsync(AgentHost.V2, AgentHost.Image("no-containerd"));
        var full = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Failed") && Code(m) == "UBA-3060", "a swap that was given up for want of space");
        await FreeAsync();
        await node.EditAsync("""{"update":{"rollback":null}}""");
        await node.WantWhatRunsAsync();

        Assert.Contains("Free space on the file system of /var/lib/unbounded/store", (string?)full["status"]!["lastError"]!["nextStep"], StringComparison.Ordinal);
        Assert.Equal(("True", "True"), (JoinedNode.Condition(full, "Degraded"), JoinedNode.Condition(full, "Ready")));
        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)full["status"]!["activeSlot"]);
        Assert.Equal(JoinedNode.BootIdOf(nodeBefore), JoinedNode.BootIdOf(await node.WaitForNodeAsync(_ => true, "the Node")));
        Assert.True(await node.Agent.IsHealthyAsync());
    }

    [Fact]
    public async Task Law04_Full_WhileTheNewSideIsProven_TheOldOneRunsAgainOnTheFullDiskAndTheMachineSaysSo()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var nodeBefore = await node.WaitForNodeAsync(_ => true, "the Node");
        var slot = (string)before["status"]!["activeSlot"]!;
        var (version, tag) = JoinedNode.Next(before);

        // It would have to be well for a minute: the disk is full before that.
        await node.WantAsync(version, tag, timeout: "15s", settle: "60s");
        await node.Agent.WaitAsync(async () => (string?)(await node.Agent.StateAsync())?["phase"] == "verifying", "the gate");
        await FillAsync(0);
        var full = await node.WaitAsync(m => Says(m, "No space left on device") && JoinedNode.Condition(m, "Degraded") == "True", "the full disk, told by the Machine");
        await node.Agent.WaitAsync(async () => await node.Agent.IsHealthyAsync() && await node.Agent.Host.ShellAsync("ls /run/unbounded/marker/*/active 2>/dev/null || :") == $"/run/unbounded/marker/{slot}/active", "the old side, on a full disk");
        await FreeAsync();
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "RolledBack"), "the end of the rollback, when there was room to note it");
        await node.WantWhatRunsAsync();

        Assert.StartsWith("UBA-", Code(full), StringComparison.Ordinal);
        Assert.Equal((slot, "True"), ((string?)after["status"]!["activeSlot"], JoinedNode.Condition(after, "Ready")));
        Assert.Equal(JoinedNode.BootIdOf(nodeBefore), JoinedNode.BootIdOf(await node.WaitForNodeAsync(_ => true, "the Node")));
    }

    private static string? Code(JsonObject machine) => (string?)machine["status"]?["lastError"]?["code"];

    private static bool Says(JsonObject machine, string what) => machine["status"]?["lastError"] is { } error && error.ToJsonString().Contains(what, StringComparison.Ordinal);

    private Task FillAsync(long left) => node.Agent.Host.ShellAsync(
        $"""
        free=$(df --output=avail -B1 {JoinedNode.Disk} | tail -n 1)
        fallocate -l $((free - {left})) {JoinedNode.Disk}/filler || :
        [ {left} != 0 ] || cat /dev/zero >{JoinedNode.Disk}/filler-end 2>/dev/null || :
        """);

    private Task FreeAsync() => node.Agent is null ? Task.CompletedTask : node.Agent.Host.ShellAsync($"rm -f {JoinedNode.Disk}/filler {JoinedNode.Disk}/filler-end");
}
