using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Leading;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

public sealed class LeaseStoreTests : IAsyncLifetime
{
    private static readonly ResourcePath Path = new("coordination.k8s.io/v1", "leases", "fleet", "lead");
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, 123, TimeSpan.Zero);

    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = new KubernetesClient(_server.Admin, new ClientOptions(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Write_OneThatIsNotThere_MakesItAsTheServerWantsIt()
    {
        var store = new LeaseStore(_client, "fleet", "lead");
        Assert.Null(await store.ReadAsync(CancellationToken.None));

        var made = await store.WriteAsync(Lease.None.HeldBy("a", TimeSpan.FromSeconds(15), Now), CancellationToken.None);

        var spec = JsonNode.Parse((await _client.GetAsync(Path, CancellationToken.None)).Json.Span)!["spec"]!.ToJsonString();
        Assert.Equal(
            """{"holderIdentity":"a","leaseDurationSeconds":15,"acquireTime":"2026-05-06T07:08:09.123000Z","renewTime":"2026-05-06T07:08:09.123000Z","leaseTransitions":0}""", spec);
        Assert.NotNull(made.Version);
        Assert.Equal(made.Version, (await store.ReadAsync(CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task Write_AVersionThatIsNoLongerThere_IsAConflict()
    {
        var store = new LeaseStore(_client, "fleet", "lead");
        var first = await store.WriteAsync(Lease.None.HeldBy("a", TimeSpan.FromSeconds(15), Now), CancellationToken.None);
        await store.WriteAsync(first.HeldBy("b", TimeSpan.FromSeconds(15), Now), CancellationToken.None);

        var late = await Assert.ThrowsAsync<AgentException>(() => store.WriteAsync(first.HeldBy("a", TimeSpan.FromSeconds(15), Now.AddSeconds(1)), CancellationToken.None));
        var twice = await Assert.ThrowsAsync<AgentException>(() => store.WriteAsync(Lease.None.HeldBy("c", TimeSpan.FromSeconds(15), Now), CancellationToken.None));

        Assert.Equal((KubernetesErrors.Conflict, KubernetesErrors.AlreadyExists), (late.Code, twice.Code));
        Assert.Equal(("b", 1), ((await store.ReadAsync(CancellationToken.None))!.Holder, (await store.ReadAsync(CancellationToken.None))!.Transitions));
    }

    [Fact]
    public async Task Write_ALeaseThatOthersWroteInto_KeepsWhatTheyWrote()
    {
        await _client.CreateAsync(
            Path.Collection,
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"lead","namespace":"fleet","labels":{"team":"x"}},"spec":{"preferredHolder":"z","holderIdentity":""}}"""u8.ToArray(),
            CancellationToken.None);
        var store = new LeaseStore(_client, "fleet", "lead");

        await store.WriteAsync((await store.ReadAsync(CancellationToken.None))!.HeldBy("a", TimeSpan.FromSeconds(15), Now), CancellationToken.None);

        var whole = JsonNode.Parse((await _client.GetAsync(Path, CancellationToken.None)).Json.Span)!;
        Assert.Equal(("x", "z", "a"), ((string?)whole["metadata"]!["labels"]!["team"], (string?)whole["spec"]!["preferredHolder"], (string?)whole["spec"]!["holderIdentity"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"holderIdentity":null,"renewTime":"yesterday","leaseDurationSeconds":-4}""")]
    public async Task Read_ALeaseOfOddValues_IsHeldByNobody(string spec)
    {
        await _client.CreateAsync(
            Path.Collection,
            System.Text.Encoding.UTF8.GetBytes($$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"lead","namespace":"fleet"},"spec":{{spec}} }"""),
            CancellationToken.None);

        var lease = await new LeaseStore(_client, "fleet", "lead").ReadAsync(CancellationToken.None);

        Assert.True(string.IsNullOrEmpty(lease!.Holder));
        Assert.Equal(TimeSpan.Zero, lease.Duration);
    }

    [Theory]
    [InlineData("""{"holderIdentity":7}""")]
    [InlineData("""{"leaseDurationSeconds":"long"}""")]
    public async Task Read_WhatIsNoLease_IsAnError(string spec)
    {
        await _client.CreateAsync(
            Path.Collection,
            System.Text.Encoding.UTF8.GetBytes($$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"lead","namespace":"fleet"},"spec":{{spec}} }"""),
            CancellationToken.None);

        var error = await Assert.ThrowsAsync<AgentException>(() => new LeaseStore(_client, "fleet", "lead").ReadAsync(CancellationToken.None));

        Assert.Equal(KubernetesErrors.AnswerUnreadable, error.Code);
    }
}
