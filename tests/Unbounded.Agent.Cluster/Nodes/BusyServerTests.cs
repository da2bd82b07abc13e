using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// 429 for everything that the daemon asks for, by the server's own priority and fairness: its requests share few seats with those of somebody who waits in each of
/// them for an admission webhook that never answers. A watch takes no seat: the daemon hears of an edit, and can't tell what comes of it.
/// </summary>
[Collection(OnTheCluster.Name)]
public sealed class BusyServerTests(ControlPlane plane, JoinedNode node) : IAsyncLifetime
{
    // One swap with its watches, status and events, and all that was refused and tried again: a few callers, about one a second each. A hot loop has hundreds a second.
    private const int MostRequests = 150;
    private const int MostRequestsEachSecond = 8;

    // More than there are seats: who finds none is refused, and tries again.
    private const int Holders = 12;

    private const string Kinds = "flowschema,prioritylevelconfiguration,validatingwebhookconfiguration";

    private static readonly ResourcePath Maps = new("v1", "configmaps", "default");

    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        _silent.Dispose();
        await plane.KubectlAsync(null, "delete", $"{Kinds}", "test-busy", "--ignore-not-found");
        await plane.KubectlAsync(null, "delete", "role,rolebinding", "test-busy", "--ignore-not-found");
        await plane.KubectlAsync(null, "delete", "configmap", "-l", "test=busy", "--ignore-not-found");
        _end.Dispose();
    }

    [Fact]
    public async Task Law04_EverythingIsRefusedFor429DuringASwap_TheSwapEndsAndIsToldWhenTheServerTakesItAgain()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var (version, tag) = JoinedNode.Next(before);
        var started = (string?)(await node.Agent.StateAsync())!["started_at"];
        var (asked, refused, clock) = (Requests().Count, Refused(), Stopwatch.StartNew());
        var holders = await TakeSeatsAsync();

        await node.WantAsync(version, tag);
        var phase = await node.Agent.EndOfTransitionAfterAsync(started);
        await UntilAsync(() => Refused() > refused);
        var unseen = await node.MachineAsync();
        await GiveSeatsBackAsync(holders);
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), "the result of a swap that could not be told");

        Assert.Equal("success", phase);
        Assert.False(JoinedNode.Moved(before, unseen) && JoinedNode.Ended(unseen, "Succeeded"), "the server took it while it refused everything");
        Assert.Equal(version, (string?)JoinedNode.Slot(after, (string)after["status"]!["activeSlot"]!)["kubernetesVersion"]);
        Assert.InRange(Requests().Count - asked, 1, MostRequests + (MostRequestsEachSecond * (int)clock.Elapsed.TotalSeconds));
        Assert.True(await node.Agent.IsHealthyAsync());
    }

    private IReadOnlyList<JsonObject> Requests() => plane.Audited(e => (string?)e["user"]?["username"] == JoinedNode.User);

    private int Refused() => Requests().Count(e => (int?)e["responseStatus"]?["code"] == 429);

    private async Task<Task[]> TakeSeatsAsync()
    {
        _silent.Start(Holders * 2);
        await plane.KubectlAsync(Manifests(((IPEndPoint)_silent.LocalEndpoint).Port), "apply", "-f", "-");
        var holders = Enumerable.Range(0, Holders).Select(_ => HoldAsync(_end.Token)).ToArray();

        // Until somebody else of the same seats is refused: so is the daemon from then on.
        using var probe = new KubernetesClient(plane.Nobody, new ClientOptions { Tries = 1 }, TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var error = await Assert.ThrowsAsync<AgentException>(() => probe.GetAsync(Maps.Of("none"), limit.Token));
            if (error.Code == KubernetesErrors.ServerBusy)
                return holders;
            await Task.Delay(100, limit.Token);
        }
    }

    private async Task GiveSeatsBackAsync(Task[] holders)
    {
        await _end.CancelAsync();
        _silent.Stop();
        await Task.WhenAll(holders);
        // Seats of those who were cut off are free when the server has noticed; what it is asked for by others waits for none.
        await plane.KubectlAsync(null, "delete", "flowschema", "test-busy");
    }

    // One seat each: a webhook that does not answer is waited for, and then ignored.
    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(plane.Nobody, new ClientOptions { Tries = 1, CallTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var map = $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{Guid.NewGuid():N}}","labels":{"test":"busy"} } }""";
                await client.CreateAsync(Maps, Encoding.UTF8.GetBytes(map), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (AgentException)
            {
                // No seat, or no right yet.
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!condition())
            await Task.Delay(100, limit.Token);
    }

    private static string Manifests(int port) =>
        $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: test-busy, namespace: default}
        rules: [{apiGroups: [""], resources: [configmaps], verbs: [create, get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: test-busy, namespace: default}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: test-busy}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: test-nobody}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: test-busy}
        webhooks:
          - name: busy.example.com
            clientConfig: {url: "https://127.0.0.1:{{port}}/"}
            rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
            objectSelector: {matchLabels: {test: busy} }
            failurePolicy: Ignore
            timeoutSeconds: 30
            sideEffects: None
            admissionReviewVersions: [v1]
        ---
        apiVersion: flowcontrol.apiserver.k8s.io/v1beta1
        kind: PriorityLevelConfiguration
        metadata: {name: test-busy}
        spec: {type: Limited, limited: {assuredConcurrencyShares: 1, limitResponse: {type: Reject} } }
        ---
        apiVersion: flowcontrol.apiserver.k8s.io/v1beta1
        kind: FlowSchema
        metadata: {name: test-busy}
        spec:
          priorityLevelConfiguration: {name: test-busy}
          matchingPrecedence: 10
          rules:
            - subjects: [{kind: User, user: {name: "{{JoinedNode.User}}"} }, {kind: User, user: {name: test-nobody} }]
              resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"]}]
        """;
}
