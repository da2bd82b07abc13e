using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Manifests;

namespace Unbounded.Agent.Cluster.Control;

/// <summary>What <c>unbounded-agent manifests</c> prints, as a real API server takes it.</summary>
[Collection(OnTheCluster.Name)]
public sealed class ManifestTests(ControlPlane plane)
{
    private static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");
    private static readonly ResourcePath Nodes = new("v1", "nodes");
    private static readonly ResourcePath Leases = new("coordination.k8s.io/v1", "leases", "kube-node-lease");

    [Fact]
    public async Task Definition_IsStructural_WithEveryColumn()
    {
        var conditions = await plane.KubectlAsync(null, "get", "crd", "machines.unbounded-cloud.io", "-o", "jsonpath={.status.conditions[*].type}");
        await plane.Client.CreateAsync(Machines, Machine("columns", "{}"), CancellationToken.None);
        // kubectl keeps what a server had ten minutes ago: a cache of its own.
        var cache = Directory.CreateTempSubdirectory("unbounded-test-");
        var table = await plane.KubectlAsync(null, "get", "mach", "columns", "-o", "wide", "--cache-dir", cache.FullName);
        cache.Delete(recursive: true);

        Assert.DoesNotContain("NonStructuralSchema", conditions, StringComparison.Ordinal);
        Assert.Matches("^NAME +SLOT +VERSION +PHASE +READY +AGE +NODE +IMAGE +DOWNTIME-MS +MESSAGE", table);
    }

    [Fact]
    public async Task AnAncestorsObject_MakesTheRoundTrip()
    {
        const string Spec = """
            {"ssh":{"host":"10.0.0.5","port":22},"pxe":{"dhcpLeases":[{"mac":"aa:bb:cc:dd:ee:ff"}]},
             "kubernetes":{"version":"v1.33.1","nodeRef":{"name":"n1"},"nodeLabels":{"a":"b"},"bootstrapTokenRef":{"name":"bootstrap-token-abcdef"},"other":{"x":1}},
             "agent":{"image":"registry.example/rootfs:v1","futureField":true},"operations":{"rebootCounter":3,"repaveCounter":1}}
            """;
        await plane.Client.CreateAsync(Machines, Machine("ancestors", Spec), CancellationToken.None);

        var read = JsonNode.Parse((await plane.Client.GetAsync(Machines.Of("ancestors"), CancellationToken.None)).Json.Span)!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Spec), read["spec"]), read["spec"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"update":{"strategy":"Sometimes"}}""", "spec.update.strategy")]
    [InlineData("""{"update":{"maintenanceWindow":"at night"}}""", "spec.update.maintenanceWindow")]
    [InlineData("""{"operations":{"rebootCounter":-1}}""", "spec.operations.rebootCounter")]
    [InlineData("""{"kubernetes":{"version":12}}""", "spec.kubernetes.version")]
    public async Task AWrongValue_IsRefusedByTheServer(string spec, string field)
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => plane.Client.CreateAsync(Machines, Machine("wrong", spec), CancellationToken.None));

        Assert.Equal(KubernetesErrors.Refused, error.Code);
        Assert.Contains(field, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_AreWhatAServerTakes()
    {
        foreach (var nodes in new[] { Array.Empty<string>(), ["node-1.example", new string('n', 200)] })
        {
            var manifests = UpdateManifests.Of("updates", "busybox:stable", "https://updates.example/os/", "stable", nodes);
            // A namespace that is only tried out has nothing in it.
            await plane.KubectlAsync(manifests.Split("---\n")[0], "apply", "-f", "-");

            // This server knows CronJobs by their name before 1.21; their fields are the same.
            var taken = await plane.KubectlAsync(
                manifests.Replace("apiVersion: batch/v1\nkind: CronJob", "apiVersion: batch/v1beta1\nkind: CronJob", StringComparison.Ordinal), "apply", "--dry-run=server", "-f", "-");

            Assert.Equal(Math.Max(nodes.Length, 1), taken.Split('\n').Count(l => l.StartsWith("cronjob.batch/unbounded-update", StringComparison.Ordinal)));
            Assert.Equal(Math.Max(nodes.Length, 1), taken.Split('\n').Count(l => l.StartsWith("job.batch/unbounded-update-healthcheck", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task RightsOfAMachine_AreToItsOwnMachineAlone()
    {
        await plane.KubectlAsync(ManifestSet.RightsOf("edge-2", "node-2"), "apply", "-f", "-");
        using var own = new KubernetesClient(
            plane.Admin with { Credentials = new FixedCredentials(plane.TokenOf(ManifestSet.UserOf("edge-2"))) }, new ClientOptions(), TimeProvider.System);
        await AllowedAsync(own);

        // Registered by its own hand: applied, since a rule can name only what a request names.
        await own.ApplyAsync(Machines.Of("edge-2"), Machine("edge-2", "{}"), "agent", false, CancellationToken.None);
        await own.GetAsync(Machines.Of("edge-2"), CancellationToken.None);
        await own.MergePatchAsync(Machines.Of("edge-2").Status, """{"status":{"message":"well"}}"""u8.ToArray(), CancellationToken.None);
        Assert.Single((await own.ListPageAsync(Machines, Selection.Named("edge-2"), null, CancellationToken.None)).Items);

        await NodeAsync("node-2");
        await NodeAsync("node-3");
        await own.MergePatchAsync(Nodes.Of("node-2"), """{"metadata":{"labels":{"rack":"r7"}},"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}"""u8.ToArray(), CancellationToken.None);
        await own.CreateAsync(new ResourcePath("v1", "events", "default"), Event("edge-2"), CancellationToken.None);

        await own.ListPageAsync(Pods("kube-system"), Selection.All, null, CancellationToken.None);
        Assert.Equal(KubernetesErrors.NotFound, (await Assert.ThrowsAsync<AgentException>(() => own.GetAsync(Leases.Of("node-2"), CancellationToken.None))).Code);

        await DeniedAsync(() => own.GetAsync(Leases.Of("node-3"), CancellationToken.None));
        await DeniedAsync(() => own.ListPageAsync(Pods("default"), Selection.All, null, CancellationToken.None));
        await DeniedAsync(() => own.MergePatchAsync(Nodes.Of("node-3"), """{"metadata":{"labels":{"rack":"r7"}}}"""u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => own.GetAsync(Nodes.Of("node-3"), CancellationToken.None));
        await DeniedAsync(() => own.MergePatchAsync(Nodes.Of("node-2").Status, "{}"u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => own.DeleteAsync(Nodes.Of("node-2"), null, CancellationToken.None));
        await DeniedAsync(() => own.ListPageAsync(new ResourcePath("v1", "events", "default"), Selection.All, null, CancellationToken.None));
        await DeniedAsync(() => own.ApplyAsync(Machines.Of("edge-3"), Machine("edge-3", "{}"), "agent", false, CancellationToken.None));
        await DeniedAsync(() => own.CreateAsync(Machines, Machine("edge-4", "{}"), CancellationToken.None));
        await DeniedAsync(() => own.GetAsync(Machines.Of("columns"), CancellationToken.None));
        await DeniedAsync(() => own.ListPageAsync(Machines, Selection.All, null, CancellationToken.None));
        await DeniedAsync(() => own.MergePatchAsync(Machines.Of("columns").Status, "{}"u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => own.DeleteAsync(Machines.Of("edge-2"), null, CancellationToken.None));
        await DeniedAsync(() => own.GetAsync(new ResourcePath("v1", "secrets", "kube-system", "x"), CancellationToken.None));
    }

    // A rule takes effect when the server's own watch has brought it to the authorizer.
    private static async Task AllowedAsync(KubernetesClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                await client.GetAsync(Machines.Of("edge-2"), limit.Token);
                return;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
            {
                return;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.Forbidden)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private async Task NodeAsync(string name) => await plane.Client.CreateAsync(
        Nodes, Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}"} }"""), CancellationToken.None);

    private static async Task DeniedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AgentException>(call);
        Assert.True(error.Code == KubernetesErrors.Forbidden, error.Message);
    }

    private static ResourcePath Pods(string space) => new("v1", "pods", space);

    private static byte[] Event(string machine) => Encoding.UTF8.GetBytes(
        $$"""
        {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{machine}}.1","namespace":"default"},"reason":"Tried","type":"Normal",
         "involvedObject":{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","name":"{{machine}}"} }
        """);

    private static byte[] Machine(string name, string spec) => Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"{{name}}"},"spec":{{spec}} }""");
}
