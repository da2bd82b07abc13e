using System.Text.Json.Nodes;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Tests.Hosting;

public sealed class ClusterNodeTests : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private FakeApiServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        Write(_server.Address, FakeApiServer.AdminToken);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task Read_OfANodeThatIsBlocked_NamesTheLabel()
    {
        using var client = new KubernetesClient(_server.Admin, new ClientOptions(), TimeProvider.System);
        var node = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = "edge", ["labels"] = new JsonObject { ["updates.kubesolo.io/block"] = "true" } } };
        await client.CreateAsync(new ResourcePath("v1", "nodes"), System.Text.Encoding.UTF8.GetBytes(node.ToJsonString()), CancellationToken.None);

        var answer = await new ClusterNode(_file, "edge", TimeProvider.System).ReadAsync(CancellationToken.None);

        Assert.Equal(("updates.kubesolo.io/block", null), (answer.Blocking, answer.Why));
    }

    [Fact]
    public async Task Read_OfANodeThatIsNotThere_SaysSo()
    {
        var answer = await new ClusterNode(_file, "edge", TimeProvider.System).ReadAsync(CancellationToken.None);

        Assert.Null(answer.Blocking);
        Assert.NotNull(answer.Why);
    }

    [Fact]
    public async Task Read_WithoutAKubeconfig_AsksNobody()
    {
        File.Delete(_file);

        var answer = await new ClusterNode(_file, "edge", TimeProvider.System).ReadAsync(CancellationToken.None);

        Assert.Contains("no connection", answer.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_OfAClusterThatCantBeAsked_KeepsNobodyFromAnything(bool damaged)
    {
        if (damaged)
            await File.WriteAllTextAsync(_file, "no kubeconfig");
        else
            Write(_server.Address, FakeApiServer.NobodyToken);

        var answer = await new ClusterNode(_file, "edge", TimeProvider.System).ReadAsync(CancellationToken.None);

        Assert.Null(answer.Blocking);
        Assert.NotNull(answer.Why);
    }

    private void Write(Uri server, string token) => File.WriteAllText(
        _file,
        $"""
        apiVersion: v1
        kind: Config
        current-context: a
        clusters:
        - name: a
          cluster:
            server: {server}
            certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_server.AuthorityPem))}
        users:
        - name: a
          user:
            token: {token}
        contexts:
        - name: a
          context:
            cluster: a
            user: a

        """);
}
