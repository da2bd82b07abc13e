using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Kubernetes.Tests.StandIn;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

public sealed class NodeFollowerTests : IAsyncLifetime
{
    private static readonly MachineStatus Well = new() { Message = "well" };
    private static readonly Plan Waiting = new(PlanKind.Waiting, "an update waits");

    private JoinedHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await JoinedHost.CreateAsync();
        await _host.CreateMachineAsync("1.30.1");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Offer_LabelsOfTheSideThatRuns_AreBroughtToTheLiveNode()
    {
        await _host.CreateNodeAsync(metadata: """,  "labels":{"theirs":"y"}""");
        _host.Offer(Well, Labelled("r7"));

        _host.Run();
        var first = await _host.NodeAsync(n => Label(n, "rack") == "r7");
        _host.Offer(Well, Labelled("r8"));
        var second = await _host.NodeAsync(n => Label(n, "rack") == "r8");

        Assert.Equal("y", Label(second, "theirs"));
        Assert.Equal((string?)first["metadata"]!["uid"], (string?)second["metadata"]!["uid"]);
    }

    [Fact]
    public async Task Offer_ATaintThatIsWishedLater_IsBroughtAndTakenAwayAgain()
    {
        await _host.CreateNodeAsync("""{"taints":[{"key":"theirs","effect":"NoSchedule"}]}""");
        _host.Offer(Well, Labelled("r7"));
        _host.Run();
        await _host.NodeAsync(n => n["metadata"]!["annotations"]?[NodeView.Annotation] is not null);

        _host.Offer(Well, Labelled("r7", "gpu=yes:NoSchedule"));
        await _host.NodeAsync(n => Taints(n) == "theirs,gpu");
        _host.Offer(Well, Labelled("r7"));
        await _host.NodeAsync(n => Taints(n) == "theirs");
    }

    [Fact]
    public async Task Offer_BeforeTheNodeIsRegistered_IsBroughtWhenItIs()
    {
        _host.Offer(Well, Labelled("r7"));
        _host.Run();
        await _host.MachineAsync(m => (string?)m["status"]?["message"] == "well");

        await _host.CreateNodeAsync();

        await _host.NodeAsync(n => Label(n, "rack") == "r7");
        Assert.False(_host.Member.NodeDeleted);
    }

    [Fact]
    public async Task Run_SomebodyDeletesTheNode_TheDaemonIsWokenAndOneUpdateIsAskedFor()
    {
        await _host.CreateNodeAsync();
        _host.Offer(Well, Labelled("r7"), Waiting);
        _host.Run();
        await _host.NodeAsync(n => Label(n, "rack") == "r7");
        Assert.False(_host.Member.NodeDeleted);

        await _host.Admin.DeleteAsync(JoinedHost.Nodes.Of("node-1"), null, _host.Limit);
        await _host.WokenAsync(() => Task.FromResult(_host.Member.NodeDeleted == true));
        await _host.CreateNodeAsync();
        var ended = Labelled("r9");
        _host.Offer(Well, ended with { LastTransition = ended.LastTransition! with { StartedAt = Records.Now.AddDays(1) } }, Waiting);

        await _host.NodeAsync(n => Label(n, "rack") == "r9");
        Assert.False(_host.Member.NodeDeleted);
    }

    [Fact]
    public async Task Run_TheNodeWasDeletedWhileTheDaemonWasAway_IsSeen()
    {
        await new NodeMemory(_host.Host.Store, _host.Host.Paths).WriteAsync(new KnownNode("another-uid"), _host.Limit);
        await _host.CreateNodeAsync();
        _host.Offer(Well, Labelled("r7"), Waiting);

        _host.Run();

        await _host.WokenAsync(() => Task.FromResult(_host.Member.NodeDeleted == true));
    }

    [Fact]
    public async Task Run_ANodeThatTheServerRefusesToChange_IsSaidWithItsCodeAndTriedAgain()
    {
        await _host.CreateNodeAsync();
        _host.Server.FailWhere(r => r.Method == "PATCH" && r.Path.Value!.Contains("/nodes/", StringComparison.Ordinal), 422);
        _host.Offer(Well, Labelled("r7"));
        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Node?.Code == "UBA-5212"));

        _host.Server.FailWhere(null, 0);
        _host.Offer(Well, Labelled("r8"));

        await _host.NodeAsync(n => Label(n, "rack") == "r8");
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Node is null));
    }

    [Fact]
    public async Task Run_WithoutAServer_CantSeeWhetherTheNodeWasDeleted()
    {
        _host.WriteIdentity(FakeApiServer.NobodyToken);
        _host.Offer(Well, Labelled("r7"));

        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Node?.Code == "UBA-5206"));

        Assert.Null(_host.Member.NodeDeleted);
    }

    [Fact]
    public async Task Health_TheNodeGetsAnotherBootId_TellsWhetherItWasReadyBefore()
    {
        await _host.CreateNodeAsync();
        _host.Offer(Well, Labelled("r7"));
        _host.Run();
        // Seen before any kubelet told of it.
        await _host.NodeAsync(n => Label(n, "rack") == "r7");
        await HealthAsync("boot-1", "False");
        Assert.Null(_host.Member.Latest!.WasReady);

        await HealthAsync("boot-2", "True");
        Assert.Equal((true, false, "v1.30.1"), (_host.Member.Latest!.IsReady, _host.Member.Latest.WasReady, _host.Member.Latest.KubeletVersion));
        await HealthAsync("boot-3", "False");

        Assert.True(_host.Member.Latest!.WasReady);
        Assert.Equal("why: because", (await _host.Member.AskAsync(_host.Limit))!.Message);
    }

    [Fact]
    public async Task Health_ANodeWhoseKubeletHasToldNothing_SaysNothingOfTheTimeBefore()
    {
        await _host.CreateNodeAsync();
        _host.Offer(Well, Labelled("r7"));
        _host.Run();
        await _host.NodeAsync(n => Label(n, "rack") == "r7");
        Assert.Null(_host.Member.Latest!.BootId);

        await HealthAsync("boot-1", "False");

        Assert.Null(_host.Member.Latest!.WasReady);
    }

    [Theory]
    [InlineData("True")]
    [InlineData("False")]
    public async Task Health_TheClusterWaitsInVainForTheOldSide_WhatItToldItselfCounts(string told)
    {
        await _host.CreateNodeAsync();
        _host.Run();
        await HealthAsync("boot-1", told);
        await HealthAsync("boot-1", "Unknown", label: "waits");

        await HealthAsync("boot-2", "Unknown");

        Assert.Equal((false, told == "True"), (_host.Member.Latest!.IsReady, _host.Member.Latest.WasReady));
    }

    [Fact]
    public async Task AskAsync_NoNode_IsNone()
    {
        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(_host.Member.IsFollowed));

        Assert.Null(await _host.Member.AskAsync(_host.Limit));
    }

    // A patch names the version that was seen: where the label came through, the watch had brought this before.
    private async Task HealthAsync(string bootId, string ready, string? label = null)
    {
        await _host.Admin.MergePatchAsync(
            JoinedHost.Nodes.Of("node-1").Status,
            System.Text.Encoding.UTF8.GetBytes(
                $$$"""
                {"status":{"nodeInfo":{"bootID":"{{{bootId}}}","kubeletVersion":"v1.30.1"},"conditions":[{"type":"Ready","status":"{{{ready}}}","reason":"why","message":"because"}] } }
                """),
            _host.Limit);
        _host.Offer(Well, Labelled(label ?? bootId));
        await _host.NodeAsync(n => Label(n, "rack") == (label ?? bootId));
    }

    private static AgentRecord Labelled(string rack, params string[] taints) =>
        JoinedHost.Labelled(new Dictionary<string, string> { ["rack"] = rack }, taints);

    private static string? Label(JsonObject node, string key) => (string?)node["metadata"]!["labels"]?[key];

    private static string Taints(JsonObject node) => string.Join(',', node["spec"]!["taints"]!.AsArray().Select(t => (string?)t!["key"]));
}
