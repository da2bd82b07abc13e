using System.Text;
using System.Text.Json.Nodes;
using NSubstitute;
using Unbounded.Agent.Cluster.Nodes;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Resources;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cluster.Drain;

public sealed class DrainTests : IAsyncLifetime
{
    private static readonly ResourcePath Pods = new("v1", "pods", "default");
    private static readonly DrainPolicy Patient = new() { Enabled = true, Timeout = TimeSpan.FromMinutes(1) };
    private static readonly DrainPolicy Hasty = Patient with { Timeout = TimeSpan.FromSeconds(8) };
    private static readonly MachineStatus Well = new() { Message = "well" };

    private readonly IStepProgress _progress = Substitute.For<IStepProgress>();
    private JoinedHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await JoinedHost.CreateAsync();
        await _host.CreateMachineAsync("1.30.1");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Drain_ANodeWithPods_IsCordonedAndEmptyOfThoseThatCanGo()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        await CreateAsync("elsewhere", node: "node-2");
        await CreateAsync("agent-x", """, "ownerReferences":[{"kind":"DaemonSet","name":"agent","controller":true}]""");
        await CreateAsync("proxy-node-1", """, "annotations":{"kubernetes.io/config.mirror":"x"}""");
        await CreateAsync("job-1", status: "Succeeded");

        Assert.True(await DrainAsync(Patient));

        Assert.Equal(["agent-x", "elsewhere", "job-1", "proxy-node-1"], await NamesAsync());
        var node = await _host.NodeAsync(IsCordoned);
        Assert.Contains("kube1 -> kube2", (string?)node["metadata"]!["annotations"]![NodeView.CordonAnnotation], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_Again_ChangesNothing()
    {
        await FollowedAsync();
        await DrainAsync(Patient);
        var patches = Patches();

        Assert.True(await DrainAsync(Patient));

        Assert.Equal(patches, Patches());
    }

    [Fact]
    public async Task Drain_ABudgetBlocks_NamesPodAndBudget()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        await CreateAsync("web-2");
        _host.Server.Budgets.Keeps["web-1"] = "web-budget";

        var error = await Assert.ThrowsAsync<AgentException>(() => DrainAsync(Hasty));

        Assert.Equal((KubernetesErrors.DrainBlocked, ErrorKind.Transient), (error.Code, error.Code.Kind));
        Assert.Contains("default/web-1: Cannot evict pod", error.Why, StringComparison.Ordinal);
        Assert.Contains("web-budget", error.Why, StringComparison.Ordinal);
        Assert.Equal(["web-1"], await NamesAsync());
    }

    [Fact]
    public async Task Drain_ABudgetThatAllowsItLater_IsWaitedFor()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        _host.Server.Budgets.Keeps["web-1"] = "web-budget";

        var drain = DrainAsync(Patient);
        await _host.Server.AskedAsync(r => r.EndsWith("/eviction", StringComparison.Ordinal), _host.Limit);
        _host.Server.Budgets.Keeps.Clear();

        Assert.True(await drain);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Drain_APodThatDoesNotEnd_IsNamed()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        _host.Server.Budgets.Lingering["web-1"] = true;

        var error = await Assert.ThrowsAsync<AgentException>(() => DrainAsync(Hasty));

        Assert.Contains("default/web-1: was told to end, and has not", error.Why, StringComparison.Ordinal);
        Assert.Single(_host.Server.Requests, r => r.EndsWith("/eviction", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drain_WithoutTheRight_SaysSoonHowToGiveIt()
    {
        await FollowedAsync();
        _host.Server.FailWhere(r => r.Path.Value!.EndsWith("/pods", StringComparison.Ordinal), 403);

        var error = await Assert.ThrowsAsync<AgentException>(() => DrainAsync(Patient));

        Assert.Equal(KubernetesErrors.NotDrainable, error.Code);
        Assert.Contains("--drain", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_ARightThatIsThereAMomentLater_IsWaitedFor()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        _host.Server.FailWhere(r => r.Path.Value!.EndsWith("/pods", StringComparison.Ordinal), 403);

        var drain = DrainAsync(Patient);
        await _host.Server.AskedAsync(r => r.Contains("/api/v1/pods", StringComparison.Ordinal), _host.Limit);
        _host.Server.FailWhere(null, 0);

        Assert.True(await drain);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Drain_TheServerIsLost_FailsInTimeAndSaysSo()
    {
        await FollowedAsync();
        _host.Server.FailWhere(_ => true, 503);

        var error = await Assert.ThrowsAsync<AgentException>(() => DrainAsync(Hasty));

        Assert.Equal(KubernetesErrors.DrainBlocked, error.Code);
    }

    [Fact]
    public async Task Drain_WithoutADaemon_IsAnErrorAtOnce() =>
        Assert.Equal(KubernetesErrors.NotDrainable, (await Assert.ThrowsAsync<AgentException>(() => DrainAsync(Patient))).Code);

    [Fact]
    public async Task Drain_ANodeOfNoCluster_HasNothingToDrain()
    {
        Assert.False(await DrainAsync(Patient, server: null));

        _progress.Received(1).Warn(Arg.Is<string>(w => w.Contains("not drained", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Drain_IsStopped_TheNodeStaysCordonedForTheNextDaemon()
    {
        await FollowedAsync();
        await CreateAsync("web-1");
        _host.Server.Budgets.Keeps["web-1"] = "web-budget";
        using var stop = new CancellationTokenSource();

        var drain = DrainAsync(Patient, stop: stop.Token);
        await _host.Server.AskedAsync(r => r.EndsWith("/eviction", StringComparison.Ordinal), _host.Limit);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        await _host.NodeAsync(IsCordoned);
    }

    [Fact]
    public async Task Cordon_OfSomebodyElse_IsLeftAloneForEver()
    {
        await FollowedAsync("""{"unschedulable":true}""");

        Assert.True(await DrainAsync(Patient));
        _host.Offer(Well, Ended("r8"));
        var node = await _host.NodeAsync(n => Label(n) == "r8");

        Assert.True(IsCordoned(node));
        Assert.Null(node["metadata"]!["annotations"]![NodeView.CordonAnnotation]);
        _progress.Received(1).Warn(Arg.Is<string>(w => w.Contains("somebody else", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cordon_WhileTheTransitionIsUnderWay_StaysAndIsGoneWhenItEnded()
    {
        await FollowedAsync();
        await DrainAsync(Patient);
        _host.Offer(Well, Draining("r8"));
        Assert.True(IsCordoned(await _host.NodeAsync(n => Label(n) == "r8")));

        _host.Offer(Well, Ended("r8"));

        var node = await _host.NodeAsync(n => !IsCordoned(n));
        Assert.Null(node["metadata"]!["annotations"]![NodeView.CordonAnnotation]);
    }

    [Fact]
    public async Task Cordon_AStatusFromBeforeIt_DoesNotEndIt()
    {
        await FollowedAsync();
        await DrainAsync(Patient);

        _host.Offer(Well, Ended("r8") with { Generation = 6 });

        Assert.True(IsCordoned(await _host.NodeAsync(n => Label(n) == "r8")));
    }

    [Fact]
    public async Task Law02_Cordon_OfACommittedTransition_IsOverWhateverTheServerSaysFirst()
    {
        await FollowedAsync();
        await DrainAsync(Patient);
        var record = Draining("r7");
        _host.Server.FailWhere(r => r.Method == "PATCH" && r.Path.Value!.Contains("/nodes/", StringComparison.Ordinal), 422);
        _host.Offer(Well, record with { Transition = record.Transition! with { Committed = true } });
        await _host.WokenAsync(() => Task.FromResult(_host.Member.State?.Node?.Code == "UBA-5212"));

        _host.Server.FailWhere(null, 0);
        _host.Offer(Well, Ended("r7"));

        await _host.NodeAsync(n => !IsCordoned(n));
    }

    [Fact]
    public async Task Cordon_LeftByADaemonThatWasKilled_IsEndedByTheNext()
    {
        await _host.CreateNodeAsync("""{"unschedulable":true}""", $$""", "annotations":{"{{NodeView.CordonAnnotation}}":"Swap kube1 -> kube2"}""");
        _host.Offer(Well, Ended("r7"));

        _host.Run();

        await _host.NodeAsync(n => !IsCordoned(n) && n["metadata"]!["annotations"]![NodeView.CordonAnnotation] is null);
    }

    private async Task FollowedAsync(string spec = "{}")
    {
        await _host.CreateNodeAsync(spec);
        _host.Offer(Well, Draining("r7"));
        _host.Run();
        await _host.NodeAsync(n => Label(n) == "r7");
    }

    private Task<bool> DrainAsync(DrainPolicy policy, string? server = "https://10.0.0.1:6443", CancellationToken stop = default)
    {
        var record = Draining("r7");
        var config = new AgentConfig { MachineName = "edge-1", Cluster = new ClusterConfig { Version = "1.31.0" }, Kubelet = new KubeletConfig { ApiServer = server } };
        var target = FrozenTarget.Freeze(new Target(new string('b', 64), config, new UpdatePolicy { Drain = policy }), new("{}"u8));
        return _host.Member.DrainAsync(record with { Transition = record.Transition! with { Target = target } }, policy, _progress, stop);
    }

    private static AgentRecord Draining(string rack) => Ended(rack) with { Generation = 7, Transition = Records.Swapping(StepKind.Prepare).Transition };

    private static AgentRecord Ended(string rack) => JoinedHost.Labelled(new Dictionary<string, string> { ["rack"] = rack }) with { Generation = 8 };

    private static bool IsCordoned(JsonObject node) => (bool?)node["spec"]?["unschedulable"] == true;

    private static string? Label(JsonObject node) => (string?)node["metadata"]!["labels"]?["rack"];

    private int Patches() => _host.Server.Requests.Count(r => r.StartsWith("PATCH", StringComparison.Ordinal) && r.Contains("/nodes/", StringComparison.Ordinal));

    private async Task<List<string>> NamesAsync()
    {
        var names = new List<string>();
        await foreach (var pod in _host.Admin.ListAsync(Pods, Selection.All, _host.Limit))
            names.Add(pod.Meta.Name);
        return names;
    }

    private async Task CreateAsync(string name, string metadata = "", string node = "node-1", string status = "Running")
    {
        await _host.Admin.CreateAsync(
            Pods, Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"{{metadata}} },"spec":{"nodeName":"{{node}}"} }"""), _host.Limit);
        await _host.Admin.MergePatchAsync(Pods.Of(name).Status, Encoding.UTF8.GetBytes($$"""{"status":{"phase":"{{status}}"} }"""), _host.Limit);
    }
}
