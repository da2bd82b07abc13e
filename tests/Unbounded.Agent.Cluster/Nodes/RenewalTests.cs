using Unbounded.Agent.Cluster.Control;

namespace Unbounded.Agent.Cluster.Nodes;

/// <summary>The daemon's own certificate comes to its end, and the bootstrap token is gone.</summary>
[Collection(OnTheCluster.Name)]
public sealed class RenewalTests(ControlPlane plane, JoinedNode node)
{
    private const string Identity = "/var/lib/unbounded/agent/identity";

    [Fact]
    public async Task Certificate_ThatEndsSoon_IsRenewedWithItselfAndNothingMoves()
    {
        await node.OnAsync(plane);
        var before = await node.SettledAsync();
        var now = TimeProvider.System.GetUtcNow();
        var ending = plane.Issue($"CN={JoinedNode.User}", now.AddHours(-20), now.AddHours(1));

        await node.Agent.Host.ShellAsync($"systemctl stop unbounded-agent-daemon; cp -p {Identity}.pem {Identity}.aside; umask 077; cat >{Identity}.pem <<'PEM'\n{ending}PEM\nsystemctl start unbounded-agent-daemon");
        await node.WaitAsync(m => JoinedNode.Condition(m, "IdentityCurrent") == "False", "a request that waits, told under the certificate that ends soon");
        await plane.AgentAsync("approve", JoinedNode.Machine, "--key", await node.KeyAsync());
        var after = await node.WaitAsync(m => JoinedNode.Condition(m, "IdentityCurrent") == "True", "the new certificate");
        var kept = await node.Agent.Host.ShellAsync($"cat {Identity}.pem; rm {Identity}.aside");

        Assert.DoesNotContain(ending[..200], kept, StringComparison.Ordinal);
        Assert.False(JoinedNode.Moved(before, after));
        Assert.True(await node.Agent.IsHealthyAsync());
    }
}
