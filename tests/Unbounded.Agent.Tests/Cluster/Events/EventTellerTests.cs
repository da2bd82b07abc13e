using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Events;

public sealed class EventTellerTests : IAsyncLifetime
{
    private static readonly MachineStatus Well = new() { Message = "well" };

    private JoinedHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await JoinedHost.CreateAsync();
        await _host.CreateMachineAsync("1.30.1");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Offer_AnEndThatIsOfferedTwice_IsToldOnce()
    {
        _host.Offer(Well, EndedNow());
        _host.Run();
        await _host.EventAsync(e => (string?)e["reason"] == "SwapSucceeded");

        _host.Offer(Well, EndedNow());
        _host.Offer(Well, Begun());
        var begun = await _host.EventAsync(e => (string?)e["reason"] == "SwapStarted");

        Assert.Equal("edge-1", (string?)begun["involvedObject"]!["name"]);
        Assert.Equal(2, _host.Server.Requests.Count(IsEvent));
    }

    [Fact]
    public async Task Offer_WhileTheServerFails_IsToldLater()
    {
        _host.Server.FailWhere(r => r.Path.Value!.EndsWith("/events", StringComparison.Ordinal), 403);
        _host.Offer(Well, EndedNow());
        _host.Run();
        await _host.Server.AskedAsync(IsEvent, _host.Limit);

        _host.Server.FailWhere(null, 0);

        await _host.EventAsync(e => (string?)e["reason"] == "SwapSucceeded");
    }

    [Fact]
    public async Task Offer_WhatAnEarlierDaemonTold_IsNotToldAgain()
    {
        _host.Offer(Well, EndedNow());
        _host.Run();
        await _host.EventAsync(e => (string?)e["reason"] == "SwapSucceeded");

        // Another session forgets what this one told.
        _host.WriteIdentity(Kubernetes.Tests.StandIn.FakeApiServer.AdminToken, "another");
        _host.Member.LookAgain();
        _host.Offer(Well, Begun());
        await _host.EventAsync(e => (string?)e["reason"] == "SwapStarted");

        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Offer_AnEndOfLongAgo_IsNotTold()
    {
        _host.Offer(Well, Records.Installed);
        _host.Offer(Well, Begun());
        _host.Run();

        await _host.EventAsync(e => (string?)e["reason"] == "SwapStarted");

        Assert.Equal(1, await CountAsync());
    }

    private async Task<int> CountAsync()
    {
        var count = 0;
        await foreach (var _ in _host.Admin.ListAsync(new("v1", "events", "default"), Kubernetes.Calls.Selection.All, _host.Limit))
            count++;
        return count;
    }

    private static bool IsEvent(string request) => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains("/events", StringComparison.Ordinal);

    private static AgentRecord EndedNow() => Records.Installed with
    {
        LastTransition = Records.Ended(TransitionResult.Succeeded) with { StartedAt = Records.Now, FinishedAt = TimeProvider.System.GetUtcNow() },
    };

    private static AgentRecord Begun()
    {
        var record = Records.Swapping(StepKind.Prepare);
        return record with { Transition = record.Transition! with { StartedAt = TimeProvider.System.GetUtcNow() } };
    }
}
