using System.Text;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Manifests;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>
/// What a server, or the agent itself, refuses: each has its own code in the host's own status, since the Machine can't be told, and the node runs on as if nothing were.
/// A kind that is missing: <see cref="ResilienceTests"/>.
/// </summary>
[Collection(OnTheCluster.Name)]
public sealed class RefusalTests(ControlPlane plane, JoinedNode node) : IDisposable
{
    private const string Token = "abcdef.0123456789abcdef";
    private const string Identity = $"{JoinedNode.Disk}/agent/identity";

    private static readonly ResourcePath Nodes = new("v1", "nodes");

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("unbounded-test-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task Rights_TakenAway_AreMissedByTheirCode()
    {
        await RunsOnAsync(async () =>
        {
            var rights = ManifestSet.RightsOf(JoinedNode.Machine, JoinedNode.NodeName);
            await plane.KubectlAsync(rights, "delete", "-f", "-");
            await plane.WaitForRightAsync(JoinedNode.User, JoinedNode.Machine, allowed: false);
            // A watch that was allowed once goes on.
            node.Relay.Cut();
            node.Relay.Mend();
            await node.SaysAsync("UBA5206");
            await plane.KubectlAsync(rights, "apply", "-f", "-");
        });
    }

    [Fact]
    public async Task Authority_ThatIsAnothers_IsRefusedByTheAgentItself()
    {
        using var other = new TestAuthority("somebody else's");
        await RunsOnAsync(async () =>
        {
            await node.Agent.Host.ShellAsync($"umask 077; cat >/etc/unbounded/agent/kubeconfig <<'YAML'\n{KubeconfigOf(plane.TokenOf(JoinedNode.User), other.Pem)}\nYAML");
            await node.SaysAsync("UBA5204");
            await node.Agent.Host.ShellAsync("rm /etc/unbounded/agent/kubeconfig");
        });
    }

    [Fact]
    public async Task BootstrapToken_ThatExpiresWhileItsRequestWaits_IsRefusedByTheServer()
    {
        await RunsOnAsync(async () =>
        {
            // As on a host that was away for so long that its own certificate ended: all that there is to ask with is the token of config.json.
            var now = TimeProvider.System.GetUtcNow();
            var ended = plane.Issue($"CN={JoinedNode.User}", now.AddDays(-2), now.AddDays(-1));
            await node.Agent.Host.ShellAsync($"systemctl stop unbounded-agent-daemon; mv {Identity}.pem {Identity}.aside; umask 077; cat >{Identity}.pem <<'PEM'\n{ended}PEM");
            await TokenAsync("2099-01-01T00:00:00Z");
            await IsTakenAsync(true);
            await node.Agent.Host.ShellAsync("systemctl start unbounded-agent-daemon");
            await node.SaysAsync("UBA5217");

            await TokenAsync("2020-01-01T00:00:00Z");
            await IsTakenAsync(false);
            node.Relay.Cut();
            node.Relay.Mend();
            await node.SaysAsync("UBA5205");
            await node.Agent.Host.ShellAsync($"systemctl stop unbounded-agent-daemon; mv {Identity}.aside {Identity}.pem; rm -f {Identity}-next.key; systemctl start unbounded-agent-daemon");
        });
        await plane.KubectlAsync(null, "delete", "secret", "-n", "kube-system", "bootstrap-token-abcdef", "--ignore-not-found");
    }

    [Fact]
    public async Task Command_ThatIsRefused_EndsWithTheCodeOfItsReason()
    {
        using var other = new TestAuthority("somebody else's");

        await RefusedAsync(KubeconfigOf(plane.TokenOf("test-admin"), other.Pem), KubernetesErrors.Untrusted);
        await RefusedAsync(KubeconfigOf("zzzzzz.0123456789abcdef", plane.AuthorityPem), KubernetesErrors.Unauthorized);
        await RefusedAsync(KubeconfigOf(plane.TokenOf("test-nobody"), plane.AuthorityPem), KubernetesErrors.Forbidden);
    }

    private async Task RefusedAsync(string kubeconfig, ErrorCode code)
    {
        var file = Path.Combine(_files.FullName, "kubeconfig");
        await File.WriteAllTextAsync(file, kubeconfig);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var (exit, output, error) = await plane.TryAgentAsync(file, "approve", JoinedNode.Machine);

        Assert.NotEqual(0, exit);
        Assert.Contains(code.Id, output + error, StringComparison.Ordinal);
    }

    // The node, before and after something that is no fault of its own, and that is over at the end.
    private async Task RunsOnAsync(Func<Task> refused)
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var nodeBefore = await node.WaitForNodeAsync(_ => true, "the Node");

        await refused();
        Assert.True(await node.Agent.IsHealthyAsync());
        await node.SaysAsync("Followed");
        var after = await node.SettledAsync();

        Assert.False(JoinedNode.Moved(before, after));
        Assert.Equal((string?)before["status"]!["activeSlot"], (string?)after["status"]!["activeSlot"]);
        Assert.Equal(JoinedNode.BootIdOf(nodeBefore), JoinedNode.BootIdOf(await node.WaitForNodeAsync(_ => true, "the Node")));
    }

    private Task TokenAsync(string expiration) => plane.KubectlAsync(
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
        type: bootstrap.kubernetes.io/token
        stringData: {token-id: abcdef, token-secret: 0123456789abcdef, usage-bootstrap-authentication: "true", auth-extra-groups: "system:bootstrappers:nodes", expiration: "{{expiration}}"}
        """,
        "apply", "-f", "-");

    // Judged when the server's own watch has brought it the Secret. Whoever is known may not list nodes.
    private async Task IsTakenAsync(bool taken)
    {
        using var client = new KubernetesClient(plane.Admin with { Credentials = new FixedCredentials(Token) }, new ClientOptions(), TimeProvider.System);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var error = await Assert.ThrowsAsync<AgentException>(() => client.ListPageAsync(Nodes, Selection.All, null, limit.Token));
            if (error.Code == (taken ? KubernetesErrors.Forbidden : KubernetesErrors.Unauthorized))
                return;
            await Task.Delay(50, limit.Token);
        }
    }

    private string KubeconfigOf(string token, string authority) =>
        $$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "https://127.0.0.1:{{plane.Admin.Server.Port}}", certificate-authority-data: "{{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))}}"} }]
        contexts: [{name: test, context: {cluster: test, user: test} }]
        current-context: test
        users: [{name: test, user: {token: "{{token}}"} }]
        """;
}
