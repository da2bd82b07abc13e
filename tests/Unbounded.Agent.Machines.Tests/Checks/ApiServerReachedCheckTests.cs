using System.Net;
using System.Net.Sockets;
using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Cluster;
using Unbounded.Agent.Machines.Layout;
using Unbounded.Agent.Machines.Tests.Preflight.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

/// <summary>Against a real TLS server on loopback.</summary>
public sealed class ApiServerReachedCheckTests : IDisposable
{
    private readonly TestAuthority _authority = new("cluster CA");

    private readonly TemporaryRoot _root = new();
    private readonly DeadPort _dead = new();

    public void Dispose()
    {
        _dead.Dispose();
        _root.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task EvaluateAsync_ServerOfTheCluster_Passes()
    {
        await using var server = TlsServer.Start(_authority.Issue("127.0.0.1"));

        var result = await Check(server.Port).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains($"127.0.0.1 port {server.Port} is reached and trusted", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_ServerOfSomebodyElse_IsNotYet()
    {
        using var other = new TestAuthority("somebody else");
        await using var server = TlsServer.Start(other.Issue("127.0.0.1"));

        var result = await Check(server.Port).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("not trusted", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NobodyListensOnAFirstInstallation_IsNotYetAndNoFaultOfTheSide()
    {
        var check = Check(_dead.Number);

        Assert.Equal(CheckOutcome.NotYet, (await check.EvaluateAsync(default)).Outcome);
        Assert.False(check.SpeaksOfTheSide);
    }

    [Fact]
    public async Task Law04_EvaluateAsync_TheServerOfTheSideBeforeIsLost_IsWaivedAndSaid()
    {
        Apply("kube1", Config(_dead.Number));

        var result = await Check(_dead.Number).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Contains("waived", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_ConnectionsAreTakenAndClosedUnheard_CountsAsLost()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Apply("kube1", Config(port));
        var asked = Check(port).EvaluateAsync(default);
        (await listener.AcceptSocketAsync()).Close();

        Assert.Contains("waived", (await asked).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_ANewServerIsNotReachedThoughTheOldOneIs_IsNotYet()
    {
        await using var old = TlsServer.Start(_authority.Issue("127.0.0.1"));
        Apply("kube1", Config(old.Port));

        var result = await Check(_dead.Number).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains($"{old.Port} is reached", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NeitherTheNewServerNorTheOldOneIsReached_IsWaived()
    {
        using var old = new DeadPort();
        Apply("kube2", Config(old.Number));

        Assert.Equal(CheckOutcome.Passed, (await Check(_dead.Number).EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_AServerOfSomebodyElseWhereTheOldOneWas_IsNotWaived()
    {
        using var other = new TestAuthority("somebody else");
        await using var server = TlsServer.Start(other.Issue("127.0.0.1"));
        Apply("kube1", Config(server.Port));

        Assert.Equal(CheckOutcome.NotYet, (await Check(server.Port).EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_AnAppliedConfigThatIsDamaged_WaivesNothing()
    {
        _root.Write("/etc/unbounded/agent/kube1-applied-config.json", "{ half");

        Assert.Equal(CheckOutcome.NotYet, (await Check(_dead.Number).EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_NoApiServerConfigured_Passes() =>
        Assert.Equal(CheckOutcome.Passed, (await new ApiServerReachedCheck(Configs.Standalone(), Applied(), TimeProvider.System).EvaluateAsync(default)).Outcome);

    private ApiServerReachedCheck Check(int port) => new(Config(port), Applied(), TimeProvider.System);

    private AppliedServers Applied() => new(new MachinePaths(_root.Path), Targets.Both);

    private void Apply(string slot, AgentConfig config) =>
        _root.Write($"/etc/unbounded/agent/{slot}-applied-config.json", Encoding.UTF8.GetString(AppliedConfig.Serialize(config)));

    private AgentConfig Config(int port)
    {
        var config = Configs.Joined();
        return config with
        {
            Kubelet = config.Kubelet with { ApiServer = $"https://127.0.0.1:{port}" },
            Cluster = config.Cluster with { CaCertBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem)) },
        };
    }
}
