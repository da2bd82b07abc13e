using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Preflight.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

/// <summary>Against a real TLS server on loopback.</summary>
public sealed class ApiServerReachedCheckTests : IDisposable
{
    private readonly TestAuthority _authority = new("cluster CA");

    public void Dispose() => _authority.Dispose();

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
    public async Task EvaluateAsync_NobodyListens_IsNotYetAndNoFaultOfTheSide()
    {
        int port;
        await using (var server = TlsServer.Start(_authority.Issue("127.0.0.1")))
        {
            port = server.Port;
        }

        var check = Check(port);

        Assert.Equal(CheckOutcome.NotYet, (await check.EvaluateAsync(default)).Outcome);
        Assert.False(check.SpeaksOfTheSide);
    }

    [Fact]
    public async Task EvaluateAsync_NoApiServerConfigured_Passes() =>
        Assert.Equal(CheckOutcome.Passed, (await new ApiServerReachedCheck(Configs.Standalone(), TimeProvider.System).EvaluateAsync(default)).Outcome);

    private ApiServerReachedCheck Check(int port)
    {
        var config = Configs.Joined();
        return new(
            config with
            {
                Kubelet = config.Kubelet with { ApiServer = $"https://127.0.0.1:{port}" },
                Cluster = config.Cluster with { CaCertBase64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_authority.Pem)) },
            },
            TimeProvider.System);
    }
}
