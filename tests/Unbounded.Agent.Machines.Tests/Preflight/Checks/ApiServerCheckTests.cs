using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Preflight.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Preflight.Checks;

/// <summary>Against a real TLS server on loopback.</summary>
public sealed class ApiServerCheckTests
{
    [Fact]
    public async Task Run_ServerOfTheGivenAuthority_IsTrusted()
    {
        using var authority = new TestAuthority("cluster CA");
        await using var server = TlsServer.Start(authority.Issue("127.0.0.1"));
        var finding = await RunAsync(server.Port, authority.Pem);
        Assert.Equal(PreflightStatus.Ok, finding.Status);
        Assert.Contains("trusted", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerThatSendsAnIntermediateAuthorityAlong_IsTrusted()
    {
        using var authority = new TestAuthority("cluster CA");
        using var intermediate = authority.Intermediate("serving CA");
        using var sent = intermediate.Certificate;
        await using var server = TlsServer.Start(intermediate.Issue("127.0.0.1"), sent);
        Assert.Equal(PreflightStatus.Ok, (await RunAsync(server.Port, authority.Pem)).Status);
    }

    [Fact]
    public async Task Run_ServerThatSendsAnAuthorityOfItsOwnAlong_IsNotTrusted()
    {
        using var authority = new TestAuthority("cluster CA");
        using var other = new TestAuthority("somebody else");
        using var sent = other.Certificate;
        await using var server = TlsServer.Start(other.Issue("127.0.0.1"), sent);
        Assert.Equal(PreflightStatus.Error, (await RunAsync(server.Port, authority.Pem)).Status);
    }

    [Fact]
    public async Task Run_ServerOfAnotherAuthority_IsReachedButNotTrusted()
    {
        using var authority = new TestAuthority("cluster CA");
        using var other = new TestAuthority("somebody else");
        await using var server = TlsServer.Start(other.Issue("127.0.0.1"));
        var finding = await RunAsync(server.Port, authority.Pem);
        Assert.Equal(PreflightStatus.Error, finding.Status);
        Assert.Contains("reached, but not trusted", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("somebody else", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CertificateOfAnotherName_IsAnError()
    {
        using var authority = new TestAuthority("cluster CA");
        await using var server = TlsServer.Start(authority.Issue("192.0.2.1"));
        Assert.Contains("not for this name", (await RunAsync(server.Port, authority.Pem)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CertificateExpired_IsAnErrorWithTheReason()
    {
        using var authority = new TestAuthority("cluster CA");
        await using var server = TlsServer.Start(authority.Issue("127.0.0.1", expired: true));
        var finding = await RunAsync(server.Port, authority.Pem);
        Assert.Equal(PreflightStatus.Error, finding.Status);
        Assert.Contains("clock", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyListens_IsAnErrorWithHostAndPort()
    {
        using var authority = new TestAuthority("cluster CA");
        using var dead = new DeadPort();
        var finding = await RunAsync(dead.Number, authority.Pem);
        Assert.Contains($"127.0.0.1 port {dead.Number}", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal(PreflightStatus.Error, finding.Status);
    }

    [Fact]
    public async Task Run_Standalone_IsSkipped()
    {
        var finding = await new ApiServerCheck(TimeProvider.System).RunAsync(new PreflightInput { Config = Configs.Standalone() }, CancellationToken.None);
        Assert.Equal(PreflightStatus.Skipped, finding.Status);
    }

    [Fact]
    public async Task Run_NoTls_IsAnError()
    {
        var config = Configs.Joined() with { Kubelet = new KubeletConfig { ApiServer = "http://127.0.0.1:8080" } };
        Assert.Equal(PreflightStatus.Error, (await new ApiServerCheck(TimeProvider.System).RunAsync(new PreflightInput { Config = config }, CancellationToken.None)).Status);
    }

    private static Task<PreflightFinding> RunAsync(int port, string pem)
    {
        var config = Configs.Joined() with
        {
            Kubelet = new KubeletConfig { ApiServer = $"https://127.0.0.1:{port}" },
            Cluster = new ClusterConfig { Version = "1.20.2", CaCertBase64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem)) },
        };
        return new ApiServerCheck(TimeProvider.System).RunAsync(new PreflightInput { Config = config }, CancellationToken.None);
    }
}
