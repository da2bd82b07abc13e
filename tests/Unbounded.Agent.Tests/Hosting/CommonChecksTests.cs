using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Hosting;

public sealed class CommonChecksTests : IDisposable
{
    private readonly Host _host = new();
    private readonly HttpClient _http = new(new Answers());

    public void Dispose()
    {
        _http.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Checks_WithoutAUrl_WriteToTheDataPartition()
    {
        var check = Assert.Single(Of(url: null));

        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(CancellationToken.None)).Outcome);
        Assert.Equal(1024, new FileInfo(_host.Paths.DataCheckFile).Length);
    }

    [Theory]
    [InlineData("http://health.example/good", CheckOutcome.Passed)]
    [InlineData("http://health.example/bad", CheckOutcome.NotYet)]
    public async Task Checks_WithAUrl_AskIt(string url, CheckOutcome outcome)
    {
        var checks = Of(url);

        Assert.Equal(2, checks.Count);
        Assert.Equal(outcome, (await checks[1].EvaluateAsync(CancellationToken.None)).Outcome);
    }

    private IReadOnlyList<ICheck> Of(string? url)
    {
        var config = new AgentConfig { MachineName = "edge-1", Cluster = new ClusterConfig { Version = "1.30.1" }, Kubelet = new KubeletConfig() };
        var policy = new UpdatePolicy { HealthGate = new HealthGatePolicy { Url = url } };
        return new CommonChecks(_http, _host.Store, _host.Paths.DataCheckFile).Checks(Records.Kube1, new Target("f", config, policy));
    }

    private sealed class Answers : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(request.RequestUri!.AbsolutePath == "/good" ? System.Net.HttpStatusCode.OK : System.Net.HttpStatusCode.ServiceUnavailable));
    }
}
