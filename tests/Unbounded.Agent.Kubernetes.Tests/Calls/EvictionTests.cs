using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Kubernetes.Tests.Calls;

public sealed class EvictionTests : IAsyncLifetime
{
    private static readonly ResourcePath Pod = new("v1", "pods", "default", "web-1");

    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = new KubernetesClient(_server.Admin, new ClientOptions { FirstRetry = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Evict_AllowedByItsBudgets_Goes()
    {
        var uid = await CreateAsync();

        await _client.EvictAsync(Pod, uid, default);

        Assert.Equal(KubernetesErrors.NotFound, await FailsAsync(() => _client.GetAsync(Pod, default)));
        Assert.Equal(KubernetesErrors.NotFound, await FailsAsync(() => _client.EvictAsync(Pod, uid, default)));
    }

    [Fact]
    public async Task Evict_BlockedByABudget_NamesItAndIsTriedOnce()
    {
        var uid = await CreateAsync();
        _server.Budgets.Keeps["web-1"] = "web-budget";

        var error = await Assert.ThrowsAsync<AgentException>(() => _client.EvictAsync(Pod, uid, default));

        Assert.Equal(KubernetesErrors.EvictionBlocked, error.Code);
        Assert.Contains("The disruption budget web-budget needs 1 healthy pods", error.Why, StringComparison.Ordinal);
        Assert.Single(_server.Requests, r => r.EndsWith("/eviction", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evict_AnotherPodOfThatName_IsLeftAlone()
    {
        await CreateAsync();

        Assert.Equal(KubernetesErrors.Conflict, await FailsAsync(() => _client.EvictAsync(Pod, "another", default)));

        await _client.GetAsync(Pod, default);
    }

    [Fact]
    public async Task Evict_AServerOfTheOlderVersionAlone_IsAskedInIt()
    {
        _server.Budgets.Version = "policy/v1beta1";
        await _client.EvictAsync(Pod, await CreateAsync(), default);
        var asked = _server.Requests.Count(r => r.EndsWith("/eviction", StringComparison.Ordinal));

        await _client.EvictAsync(Pod, await CreateAsync(), default);

        Assert.Equal((2, 3), (asked, _server.Requests.Count(r => r.EndsWith("/eviction", StringComparison.Ordinal))));
    }

    private async Task<string> CreateAsync() =>
        (await _client.CreateAsync(Pod.Collection, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1"} }"""u8.ToArray(), default)).Meta.Uid!;

    private static async Task<ErrorCode> FailsAsync(Func<Task> call) => (await Assert.ThrowsAsync<AgentException>(call)).Code;
}
