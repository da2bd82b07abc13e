using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Watching;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Cluster.Fleet;

/// <summary>Two controllers with the rights that are printed for them and no more, and machines that ask with their own bootstrap tokens and with others'.</summary>
[Collection(OnTheCluster.Name)]
public sealed class ControllerTests(ControlPlane plane) : IAsyncLifetime
{
    private const string Space = "fleet-tests";
    private static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("unbounded-test-");

    [Fact]
    public async Task Controllers_OfAFleet_ApproveWhatIsAMachinesOwnAlsoWhenTheLeaderDies()
    {
        await plane.KubectlAsync(await plane.PrintAsync("controller", "manifests", "--namespace", Space), "apply", "-f", "-");
        await MachineAsync("fleet-1", "fleet1");
        await MachineAsync("fleet-2", "fleet2");
        await MachineAsync("fleet-3", "fleet3");
        await plane.KubectlAsync(null, "create", "clusterrolebinding", "test-fleet", "--clusterrole=system:node-bootstrapper", "--group=system:bootstrappers:fleet");
        var kubeconfig = await KubeconfigAsync();
        await using var first = ControllerProcess.Start(kubeconfig, Space);
        await using var second = ControllerProcess.Start(kubeconfig, Space);

        // Its own token: approved, and signed by kube-controller-manager.
        using var key = MachineKey.Create();
        var own = await FileAsync("fleet-1", "fleet1", key);
        Assert.Contains("CERTIFICATE", await SignedAsync(own, first, second), StringComparison.Ordinal);

        // Another machine's: left waiting, which is judged by the controller's word and not by the time that passed.
        using var thief = MachineKey.Create();
        var theft = await FileAsync("fleet-2", "fleet1", thief);
        await plane.WaitForEventAsync("fleet-2", "IdentityNotApproved");
        Assert.False(await IsApprovedAsync(theft));

        // The leader is killed while it holds the lease: the other one takes it and goes on.
        var (leader, other) = await LeaderAsync(first, second);
        await leader.KillAsync();
        using var next = MachineKey.Create();
        await SignedAsync(await FileAsync("fleet-3", "fleet3", next), first, second);
        Assert.Matches("[0-9a-f]{32} leads\n", other.Said);
        Assert.False(await IsApprovedAsync(theft));
        Assert.Equal(0, await other.StopAsync());

        using var account = new KubernetesClient(
            Kubeconfig.Read(kubeconfig, new ChildProcess(TimeProvider.System), TimeProvider.System), new ClientOptions(), TimeProvider.System);
        await TryRightsAsync(account, theft);
    }

    // By the Lease, and by the word of the one that has it: that may still be on its way.
    private async Task<(ControllerProcess Leader, ControllerProcess Other)> LeaderAsync(ControllerProcess first, ControllerProcess second)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var holder = await plane.KubectlAsync(null, "get", "lease", "-n", Space, "unbounded-controller", "-o", "jsonpath={.spec.holderIdentity}");
            if (first.Said.Contains($"{holder} leads\n", StringComparison.Ordinal))
                return (first, second);
            if (second.Said.Contains($"{holder} leads\n", StringComparison.Ordinal))
                return (second, first);
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await plane.KubectlAsync(null, "delete", "clusterrolebinding", "test-fleet", "--ignore-not-found");
        _files.Delete(recursive: true);
    }

    // What it needs was tried above; what it must not be able to do is tried here.
    private static async Task TryRightsAsync(KubernetesClient account, string request)
    {
        var tokens = new ResourcePath("v1", "secrets", "kube-system");
        await account.GetAsync(tokens.Of("bootstrap-token-fleet1"), CancellationToken.None);
        await DeniedAsync(() => account.ListPageAsync(tokens, Selection.All, null, CancellationToken.None));
        await DeniedAsync(() => account.GetAsync(tokens.Of("x") with { Namespace = "default" }, CancellationToken.None));
        await DeniedAsync(() => account.DeleteAsync(SigningRequest.Path.Of(request), null, CancellationToken.None));
        await DeniedAsync(() => account.CreateAsync(SigningRequest.Path, "{}"u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => account.MergePatchAsync(Machines.Of("fleet-1"), "{}"u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => account.MergePatchAsync(Machines.Of("fleet-1").Status, "{}"u8.ToArray(), CancellationToken.None));
        await DeniedAsync(() => account.GetAsync(new ResourcePath("coordination.k8s.io/v1", "leases", Space, "another"), CancellationToken.None));
        await DeniedAsync(() => account.ListPageAsync(new ResourcePath("v1", "nodes"), Selection.All, null, CancellationToken.None));
    }

    private static async Task DeniedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<AgentException>(call);
        Assert.True(error.Code == KubernetesErrors.Forbidden, error.Message);
    }

    private async Task MachineAsync(string name, string token)
    {
        await plane.KubectlAsync(
            $$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: bootstrap-token-{{token}}, namespace: kube-system}
            type: bootstrap.kubernetes.io/token
            stringData: {token-id: {{token}}, token-secret: 0123456789abcdef, usage-bootstrap-authentication: "true", auth-extra-groups: "system:bootstrappers:fleet"}
            ---
            apiVersion: unbounded-cloud.io/v1alpha3
            kind: Machine
            metadata: {name: {{name}}}
            spec:
              kubernetes:
                bootstrapTokenRef: {name: bootstrap-token-{{token}} }
            """,
            "apply", "-f", "-");
    }

    // As the machine's daemon does, with nothing but the token. It is taken when the server's own watch has brought its Secret.
    private async Task<string> FileAsync(string machine, string token, MachineKey key)
    {
        using var client = new KubernetesClient(
            plane.Admin with { Credentials = new FixedCredentials($"{token}.0123456789abcdef") }, new ClientOptions(), TimeProvider.System);
        using var limit = new CancellationTokenSource(Limit);
        var name = key.RequestNameFor(machine);
        while (true)
        {
            try
            {
                await client.CreateAsync(SigningRequest.Path, SigningRequest.File(name, key.RequestFor(machine)), limit.Token);
                return name;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.Unauthorized || e.Code == KubernetesErrors.Forbidden)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private async Task<bool> IsApprovedAsync(string request) => SigningRequest.Of(await plane.Client.GetAsync(SigningRequest.Path.Of(request), CancellationToken.None)).IsApproved;

    private async Task<string> SignedAsync(string request, params ControllerProcess[] controllers)
    {
        using var limit = new CancellationTokenSource(Limit);
        var reflector = new Reflector(plane.Client, SigningRequest.Path, Selection.Named(request), new ReflectorOptions(), TimeProvider.System, new Random(1));
        try
        {
            await foreach (var reflection in reflector.FollowAsync(limit.Token))
            {
                var item = reflection switch
                {
                    Reflection.Listed { Objects: [var listed] } => listed,
                    Reflection.Changed { Item: var changed } => changed,
                    _ => null,
                };
                if (item is not null && SigningRequest.Of(item).Certificate is { } certificate)
                    return certificate;
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new TimeoutException($"{request} was not signed\n{string.Join("\n--\n", controllers.Select(c => c.Said))}");
    }

    // The service account of the manifests, as a pod of it would be.
    private async Task<string> KubeconfigAsync()
    {
        var asked = await plane.KubectlAsync(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""",
            "create", "--raw", $"/api/v1/namespaces/{Space}/serviceaccounts/unbounded-controller/token", "-f", "-");
        var token = (string)JsonNode.Parse(asked)!["status"]!["token"]!;
        var authority = Convert.ToBase64String(Encoding.UTF8.GetBytes(plane.AuthorityPem));
        var path = Path.Combine(_files.FullName, "kubeconfig");
        await File.WriteAllTextAsync(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "{{plane.Admin.Server}}", certificate-authority-data: "{{authority}}"} }]
            contexts: [{name: test, context: {cluster: test, user: test} }]
            current-context: test
            users: [{name: test, user: {token: "{{token}}"} }]
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
