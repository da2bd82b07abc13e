using System.Text.Json.Nodes;
using Unbounded.Agent.Cluster.Control;
using Unbounded.Agent.Integration.Agent;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.TestHost.Hosts;
using Unbounded.Agent.TestHost.Images;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>Who the kubelet is: by a certificate, which may end at the wrong moment, or by what a credential plugin prints.</summary>
[Collection(OnTheCluster.Name)]
public sealed class KubeletIdentityTests(ControlPlane plane, JoinedNode node)
{
    private const string Configuration = "/etc/unbounded/agent/config.json";
    private const string Plugin = "/srv/pods/login";
    private const string Asked = "/srv/pods/asked";
    private const string Ended = "/srv/pods/ended";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly ResourcePath Lease = new ResourcePath("coordination.k8s.io/v1", "leases", "kube-node-lease").Of(JoinedNode.NodeName);

    [Fact]
    public async Task Rollback_ToASideWhoseCertificateHasEnded_ItsKubeletIsTheNodeAgain()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var nodeBefore = await node.WaitForNodeAsync(_ => true, "the Node");
        var slot = (string)before["status"]!["activeSlot"]!;

        await node.WantImageAsync(AgentHost.V2, await LateImageAsync(), timeout: "120s");
        await node.Agent.WaitAsync(async () => (string?)(await node.Agent.StateAsync())?["phase"] == "verifying", "the gate");
        var now = TimeProvider.System.GetUtcNow();
        await EndCertificateAsync(slot, plane.Issue($"O=system:nodes, CN=system:node:{JoinedNode.NodeName}", now.AddDays(-2), now.AddDays(-1)));
        await node.Agent.Host.ShellAsync($"touch {Ended}");
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "RolledBack"), "the rollback");
        // A kubelet renews its Lease when the server takes it for the node; nobody could file a request, as the bootstrap token is gone.
        await node.WaitAsync(Lease, l => DateTimeOffset.Parse((string)l["spec"]!["renewTime"]!, null) > now.AddSeconds(1) && (string?)l["spec"]!["holderIdentity"] == JoinedNode.NodeName, "the Lease, renewed");
        var nodeAfter = await node.WaitForNodeAsync(IsReady, "the Node, Ready");
        await node.Agent.Host.ShellAsync($"rm {Ended}");
        await node.WantWhatRunsAsync();

        Assert.Equal(slot, (string?)after["status"]!["activeSlot"]);
        Assert.Equal(JoinedNode.BootIdOf(nodeBefore), JoinedNode.BootIdOf(nodeAfter));
        Assert.DoesNotContain("2020", await node.Agent.Host.ShellAsync($"readlink {JoinedNode.Disk}/identity/{slot}/kubelet-client-current.pem"), StringComparison.Ordinal);
        Assert.True(await node.Agent.IsHealthyAsync());
    }

    [Fact]
    public async Task ExecCredential_OfAPlugin_IsWhoTheKubeletIsThroughASwapAndBack()
    {
        await node.OnAsync(plane);
        var certified = await node.SettledAsync();
        var requests = await RequestsAsync();
        await node.Agent.Host.ShellAsync(
            $$"""
            cat >{{Plugin}} <<'SH'
            #!/bin/sh
            echo asked >>{{Asked}}
            echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"{{plane.TokenOf($"system:node:{JoinedNode.NodeName}")}}"} }'
            SH
            chmod 700 {{Plugin}}
            cp -p {{Configuration}} /root/input/config.before
            """);

        var config = JsonNode.Parse(await node.Agent.Host.ShellAsync($"cat {Configuration}"))!;
        config["Kubelet"]!["Auth"] = new JsonObject { ["ExecCredential"] = new JsonObject { ["apiVersion"] = "client.authentication.k8s.io/v1beta1", ["command"] = Plugin } };
        await node.Agent.Host.ShellAsync($"umask 077; cat >{Configuration}.new <<'JSON'\n{config.ToJsonString()}\nJSON\nmv {Configuration}.new {Configuration}");
        var joined = await SwappedAsync(certified, "the swap to the plugin's credential");
        var asked = await AskedAsync();
        var (version, tag) = JoinedNode.Next(joined);
        await node.WantAsync(version, tag);
        var swapped = await SwappedAsync(joined, "a swap under the plugin's credential");
        var askedAgain = await AskedAsync();
        await node.Agent.Host.ShellAsync($"cp -p /root/input/config.before {Configuration}.new; mv {Configuration}.new {Configuration}");
        var back = await SwappedAsync(swapped, "the swap back to the certificate");
        await node.Agent.Host.ShellAsync($"rm {Plugin} {Asked}");

        Assert.InRange(asked, 1, int.MaxValue);
        Assert.InRange(askedAgain, asked + 1, int.MaxValue);
        Assert.Empty((await RequestsAsync()).Except(requests));
        Assert.Equal("True", JoinedNode.Condition(back, "Ready"));
    }

    private async Task<JsonObject> SwappedAsync(JsonObject before, string what)
    {
        var after = await node.WaitAsync(m => JoinedNode.Moved(before, m) && JoinedNode.Ended(m, "Succeeded"), what);
        Assert.Contains("is Ready", await node.EvidenceAsync("node-ready"), StringComparison.Ordinal);
        return after;
    }

    private async Task<int> AskedAsync() => int.Parse(await node.Agent.Host.ShellAsync($"cat {Asked} 2>/dev/null | wc -l"), null);

    // The controller manager sweeps old ones away.
    private async Task<string[]> RequestsAsync() => (await plane.KubectlAsync(null, "get", "csr", "-o", "name")).Split('\n');

    // A kubelet that does not answer until the test says so, and then ends each time that it is started.
    private async Task<string> LateImageAsync()
    {
        var layout = await DerivedLayout.CreateAsync(Path.Combine(node.Agent.Host.Directory.Share, "late"));
        await layout.AddLayerAsync(
            "v2",
            "late",
            [("/usr/lib/systemd/system/kubelet.service.d/60-late.conf", $"[Service]\nExecStart=\nExecStart=/bin/sh -c 'while [ ! -e {Ended} ]; do sleep 0.2; done; exit 1'\nRestartSec=100ms\n", Readable)]);
        return $"oci-layout://{SystemdHost.ShareMount}/late:late";
    }

    private Task EndCertificateAsync(string slot, string pem) => node.Agent.Host.ShellAsync(
        $"""
        umask 077
        cd {JoinedNode.Disk}/identity/{slot}
        cat >kubelet-client-2020-01-01-00-00-00.pem <<'PEM'
        {pem}
        PEM
        ln -sfn /var/lib/kubelet/pki/kubelet-client-2020-01-01-00-00-00.pem kubelet-client-current.pem
        """);

    private static bool IsReady(JsonObject it) =>
        (it["status"]?["conditions"] as JsonArray ?? []).Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");
}
