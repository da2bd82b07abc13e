using System.Globalization;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>What a person holds an update back with, and lets it go with, on the Machine itself. OnDelete: <see cref="LiveNodeTests"/>.</summary>
[Collection(OnTheCluster.Name)]
public sealed class StrategyTests(ControlPlane plane, JoinedNode node)
{
    [Fact]
    public async Task PausedThenOutsideItsWindowThenManual_TheUpdateWaitsAndSaysForWhatUntilAPersonAsks()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);

        await node.EditAsync("""{"update":{"paused":true}}""");
        await node.WantAsync(version, tag);
        var paused = await WaitsAsync("paused");
        await node.EditAsync($$"""{"update":{"paused":false,"maintenanceWindow":"{{Later()}}"} }""");
        var closed = await WaitsAsync("maintenance window opens at");
        await node.EditAsync("""{"update":{"strategy":"Manual","maintenanceWindow":null}}""");
        var manual = await WaitsAsync("unbounded-agent swap");
        var swapped = await node.Agent.AgentAsync("swap");
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the swap that a person asked for");
        await node.EditAsync("""{"update":{"strategy":"Automatic"}}""");

        Assert.All([paused, closed, manual], m => Assert.False(JoinedNode.Moved(before, m)));
        Assert.All([paused, closed, manual], m => Assert.Equal("True", JoinedNode.Condition(m, "Ready")));
        Assert.Equal(0, swapped.ExitCode);
        Assert.Equal(version, (string?)JoinedNode.Slot(after, (string)after["status"]!["activeSlot"]!)["kubernetesVersion"]);
    }

    [Fact]
    public async Task ATargetThatFailed_IsLeftAloneUntilItsRetryNonceIsAnotherOne()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();

        await node.WantAsync("1.20.98", JoinedNode.Next(before).Tag);
        var failed = await HeldAsync(before);
        await node.EditAsync("""{"kubernetes":{"nodeLabels":{"example.com/tried":"yes"}}}""");
        var left = await node.WaitAsync(m => Observed(m) && Held(m), "an edit that asks for no other try");
        await node.EditAsync("""{"kubernetes":{"nodeLabels":null},"update":{"retryNonce":"once-more"}}""");
        var again = await HeldAsync(failed);

        Assert.False(JoinedNode.Moved(failed, left));
        Assert.All([failed, again], m => Assert.Equal("UBA-4003", (string?)m["status"]!["lastError"]!["code"]));
        Assert.All([failed, left, again], m => Assert.Equal((string?)before["status"]!["activeSlot"], (string?)m["status"]!["activeSlot"]));
    }

    [Fact]
    public async Task Counters_OfTheMachine_RestartInPlaceAndThenReplaceTheSide()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var nodeBefore = await node.WaitForNodeAsync(_ => true, "the Node");

        await node.EditAsync($$"""{"operations":{"rebootCounter":{{Counter(before, "rebootCounter") + 1}} } }""");
        var restarted = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "a restart in place");
        var nodeRestarted = await node.WaitForNodeAsync(n => JoinedNode.BootIdOf(n) != JoinedNode.BootIdOf(nodeBefore), "the Node under another boot ID");
        await node.EditAsync($$"""{"operations":{"repaveCounter":{{Counter(restarted, "repaveCounter") + 1}} } }""");
        var repaved = await node.WaitAsync(m => JoinedNode.Moved(restarted, m) && JoinedNode.Ended(m, "Succeeded"), "the side, made anew");

        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)restarted["status"]!["activeSlot"]);
        Assert.Equal((string?)nodeBefore["metadata"]!["uid"], (string?)nodeRestarted["metadata"]!["uid"]);
        Assert.NotEqual((string?)restarted["status"]!["activeSlot"], (string?)repaved["status"]!["activeSlot"]);
        Assert.Equal("True", JoinedNode.Condition(repaved, "Ready"));
    }

    private static long Counter(JsonObject machine, string name) => (long?)machine["spec"]?["operations"]?[name] ?? 0;

    // Of a day's 24 hours this one is the farthest away.
    private static string Later()
    {
        var now = TimeProvider.System.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture, $"{now.AddHours(12):HH:mm}-{now.AddHours(13):HH:mm}");
    }

    private Task<JsonObject> WaitsAsync(string forWhat) => node.WaitAsync(
        m => Observed(m) && Progressing(m)["reason"]!.GetValue<string>() == "Waiting" && Progressing(m)["message"]!.GetValue<string>().Contains(forWhat, StringComparison.Ordinal),
        $"an update that waits: {forWhat}");

    private Task<JsonObject> HeldAsync(JsonObject before) => node.WaitAsync(m => JoinedNode.Moved(before, m) && Observed(m) && Held(m), "a target that is held");

    private static bool Held(JsonObject machine) => (string?)Progressing(machine)["reason"] == "TargetFailed";

    private static bool Observed(JsonObject machine) => (long?)machine["status"]?["observedGeneration"] == (long?)machine["metadata"]!["generation"];

    private static JsonNode Progressing(JsonObject machine) => machine["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Progressing")!;
}
