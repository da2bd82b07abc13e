using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Fleet.Approving;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Fleet.Tests.Approving;

/// <summary>Against a stand-in; the cluster tests do it on a real API server, whose word it is who filed a request.</summary>
public sealed class ApproverTests : IAsyncLifetime
{
    private static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");

    private readonly MachineKey _key = MachineKey.Create();
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
        _key.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Approve_WithTheKeyThatWasCompared_ApprovesThatOneAlone()
    {
        using var other = MachineKey.Create();
        await FileAsync("edge-1", other);
        await FileAsync("edge-1", _key);

        var said = await new Approver(_client).ApproveAsync("edge-1", _key.Fingerprint, CancellationToken.None);

        Assert.Contains(_key.RequestNameFor("edge-1"), said, StringComparison.Ordinal);
        Assert.True((await ReadAsync(_key)).IsApproved);
        Assert.False((await ReadAsync(other)).IsApproved);
    }

    [Fact]
    public async Task Approve_SeveralKeysAndNoneIsNamed_IsRefusedWithEach()
    {
        using var other = MachineKey.Create();
        await _client.CreateAsync(
            Machines,
            """{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"edge-1"},"spec":{"kubernetes":{"bootstrapTokenRef":{"name":"bootstrap-token-abcdef"}}}}"""u8.ToArray(),
            CancellationToken.None);
        await FileAsync("edge-1", other);
        await FileAsync("edge-1", _key);

        var error = await Assert.ThrowsAsync<AgentException>(() => new Approver(_client).ApproveAsync("edge-1", null, CancellationToken.None));

        Assert.Equal(KubernetesErrors.NotApprovable, error.Code);
        Assert.Contains(_key.Fingerprint, error.Why, StringComparison.Ordinal);
        Assert.Contains(other.Fingerprint, error.Why, StringComparison.Ordinal);
        Assert.Contains("--key", error.Next, StringComparison.Ordinal);
        Assert.False((await ReadAsync(_key)).IsApproved);
        Assert.False((await ReadAsync(other)).IsApproved);
    }

    [Fact]
    public async Task Approve_WithTheTokenThatTheMachineNames_NeedsNoKey()
    {
        await _client.CreateAsync(
            Machines,
            """{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"edge-1"},"spec":{"kubernetes":{"bootstrapTokenRef":{"name":"bootstrap-token-abcdef"}}}}"""u8.ToArray(),
            CancellationToken.None);
        await FileAsync("edge-1", _key);

        await new Approver(_client).ApproveAsync("edge-1", null, CancellationToken.None);

        Assert.True((await ReadAsync(_key)).IsApproved);
    }

    [Fact]
    public async Task Approve_NothingTiesTheTokenToTheMachine_ApprovesNothingAndSaysWhatToDo()
    {
        await FileAsync("edge-1", _key);

        var refused = await Assert.ThrowsAsync<AgentException>(() => new Approver(_client).ApproveAsync("edge-1", null, CancellationToken.None));

        Assert.Equal(KubernetesErrors.NotApprovable, refused.Code);
        Assert.Contains("--key", refused.Why, StringComparison.Ordinal);
        Assert.False((await ReadAsync(_key)).IsApproved);
    }

    [Fact]
    public async Task Approve_AnotherMachinesRequest_IsNotTakenForIts()
    {
        await FileAsync("edge-2", _key);

        var refused = await Assert.ThrowsAsync<AgentException>(() => new Approver(_client).ApproveAsync("edge-1", _key.Fingerprint, CancellationToken.None));

        Assert.Contains("none of that machine waits", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ThoseThatWait_WithKeyAndRequester()
    {
        Assert.Contains("no machine waits", await new Approver(_client).ListAsync(CancellationToken.None), StringComparison.Ordinal);
        await FileAsync("edge-1", _key);

        var lines = await new Approver(_client).ListAsync(CancellationToken.None);

        Assert.StartsWith($"edge-1  {_key.Fingerprint}  by system:bootstrap:abcdef", lines, StringComparison.Ordinal);
    }

    private async Task<SigningRequest> ReadAsync(MachineKey key) =>
        SigningRequest.Of(await _client.GetAsync(SigningRequest.Path.Of(key.RequestNameFor("edge-1")), CancellationToken.None));

    private Task FileAsync(string machine, MachineKey key)
    {
        var request = JsonNode.Parse(SigningRequest.File(key.RequestNameFor(machine), key.RequestFor(machine)))!;
        // A real server writes it down itself.
        request["spec"]!["username"] = "system:bootstrap:abcdef";
        return _client.CreateAsync(SigningRequest.Path, Encoding.UTF8.GetBytes(request.ToJsonString()), CancellationToken.None);
    }
}
