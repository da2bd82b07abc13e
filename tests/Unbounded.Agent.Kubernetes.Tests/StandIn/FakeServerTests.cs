using Unbounded.Agent.Kubernetes.Tests.Contract;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>The contract, against the stand-in: what tests find out over it is true of the real server.</summary>
public sealed class FakeServerTests : KubernetesContract, IAsyncLifetime
{
    private FakeApiServer? _server;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    protected override Task<ContractServer> ServerAsync() => Task.FromResult(new ContractServer(_server!.Admin, _server.Nobody));
}
