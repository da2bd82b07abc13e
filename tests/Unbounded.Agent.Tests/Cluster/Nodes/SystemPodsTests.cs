using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Nodes;

public sealed class SystemPodsTests : IAsyncLifetime
{
    private const string Running = """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"containerID":"containerd://CONTAINER","state":{"running":{"startedAt":"2026-01-02T03:04:05Z"}}}]}""";

    private static readonly ResourcePath Pods = new("v1", "pods", "kube-system");

    private JoinedHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await JoinedHost.CreateAsync();
        await _host.CreateMachineAsync("1.30.1");
        _host.Run();
        await _host.WokenAsync(() => Task.FromResult(_host.Member.IsFollowed));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Ask_BeforeAnyHandover_TellsThoseOfThisNodeAndNotWhatWas()
    {
        await CreateAsync("proxy", Running.Replace("CONTAINER", "a", StringComparison.Ordinal));
        await CreateAsync("elsewhere", Running, node: "node-2");

        var pod = Assert.Single(await _host.Member.AskSystemPodsAsync(_host.Limit));

        Assert.Equal(("proxy", "Running", true, false), (pod.Name, pod.Phase, pod.IsReady, pod.IsEnding));
        Assert.Equal("containerd://a", Assert.Single(pod.Containers));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), pod.StartedAt);
        Assert.Equal((null, null), (pod.WasSettled, pod.RanBefore));
    }

    [Fact]
    public async Task Ask_OfAPodThatWaits_GivesItsReason()
    {
        await CreateAsync("proxy", """{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff"}}}]}""");

        var pod = Assert.Single(await _host.Member.AskSystemPodsAsync(_host.Limit));

        Assert.Equal(("Pending", false, "ImagePullBackOff", null), (pod.Phase, pod.IsReady, pod.Reason, pod.StartedAt));
    }

    [Fact]
    public async Task Ask_AfterAHandoverBegan_TellsHowTheyWere()
    {
        await CreateAsync("proxy", Running.Replace("CONTAINER", "a", StringComparison.Ordinal));
        await CreateAsync("broken", """{"phase":"Pending"}""");
        Assert.DoesNotContain(_host.Server.Requests, IsList);

        Offer(Records.Swapping(StepKind.Prepare));
        Offer(Handover());
        await _host.Server.AskedAsync(IsList, _host.Limit);
        await KnownAsync();
        await StatusAsync("proxy", Running.Replace("CONTAINER", "b", StringComparison.Ordinal));
        await CreateAsync("later", Running);
        var pods = (await _host.Member.AskSystemPodsAsync(_host.Limit)).ToDictionary(p => p.Name);

        Assert.Equal((true, false), (pods["proxy"].WasSettled, pods["proxy"].RanBefore));
        Assert.Equal((false, false), (pods["broken"].WasSettled, pods["broken"].RanBefore));
        Assert.False(pods["later"].WasSettled);
    }

    [Fact]
    public async Task Offer_OfAHandoverWhoseBeginningWasNotSeen_LeavesUnknownWhatWas()
    {
        await CreateAsync("proxy", Running);

        Offer(Handover());
        _host.Offer(new MachineStatus { Message = "seen" }, Handover());
        await _host.MachineAsync(m => (string?)m["status"]?["message"] == "seen");

        Assert.DoesNotContain(_host.Server.Requests, IsList);
        Assert.Null(Assert.Single(await _host.Member.AskSystemPodsAsync(_host.Limit)).WasSettled);
    }

    [Fact]
    public async Task Offer_AtRest_NothingIsAskedAndWhatWasIsForgotten()
    {
        await CreateAsync("proxy", Running);
        Offer(Records.Swapping(StepKind.Prepare));
        Offer(Handover());
        await KnownAsync();

        Offer(Records.Installed);

        Assert.Null(Assert.Single(await _host.Member.AskSystemPodsAsync(_host.Limit)).WasSettled);
    }

    [Fact]
    public async Task AskRenewed_TheLeaseOfTheNode_IsRead()
    {
        Assert.Null(await _host.Member.AskRenewedAsync(_host.Limit));
        await _host.Admin.CreateAsync(
            new ResourcePath("coordination.k8s.io/v1", "leases", "kube-node-lease"),
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"node-1"},"spec":{"renewTime":"2026-01-02T03:04:05.678901Z"}}"""u8.ToArray(),
            _host.Limit);

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(678901), await _host.Member.AskRenewedAsync(_host.Limit));
    }

    [Fact]
    public async Task Law04_Ask_WithoutTheRight_IsAnErrorWithItsCode()
    {
        _host.Server.FailWhere(r => r.Path.Value!.Contains("/pods", StringComparison.Ordinal), 403);

        var error = await Assert.ThrowsAsync<AgentException>(() => _host.Member.AskSystemPodsAsync(_host.Limit));

        Assert.Equal(KubernetesErrors.Forbidden, error.Code);
    }

    // The list at the handover is asked for behind the caller's back.
    private async Task KnownAsync()
    {
        IReadOnlyList<ClusterPodView> pods;
        do
        {
            pods = await _host.Member.AskSystemPodsAsync(_host.Limit);
        }
        while (pods[0].WasSettled is null);
    }

    private static bool IsList(string request) => request.StartsWith("GET", StringComparison.Ordinal) && request.Contains("/pods", StringComparison.Ordinal);

    private void Offer(AgentRecord record) => _host.Offer(new MachineStatus { Message = "well" }, record);

    private static AgentRecord Handover()
    {
        var record = Records.Swapping(StepKind.Deactivate);
        return record with { Transition = record.Transition! with { HandoverBegun = true } };
    }

    private async Task CreateAsync(string name, string status, string node = "node-1")
    {
        await _host.Admin.CreateAsync(
            Pods, Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"},"spec":{"nodeName":"{{node}}"} }"""), _host.Limit);
        await StatusAsync(name, status);
    }

    private Task StatusAsync(string name, string status) =>
        _host.Admin.MergePatchAsync(Pods.Of(name).Status, Encoding.UTF8.GetBytes($$"""{"status":{{status}} }"""), _host.Limit);
}
