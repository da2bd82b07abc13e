using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Metrics;

namespace Unbounded.Agent.Tests.Metrics;

public sealed class MetricsServerTests : IAsyncLifetime
{
    private readonly AgentInstruments _instruments = new(static () => null, new HostFigures());
    private readonly PrometheusText _text;
    private readonly MetricsServer _server;
    private readonly HttpClient _http = new();

    public MetricsServerTests()
    {
        _text = new("unbounded", _instruments);
        _server = new(new(IPAddress.Loopback, 0), _text, TimeProvider.System);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _text.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public async Task Get_OfMetrics_IsAnswered()
    {
        using var answer = await _http.GetAsync(At("/metrics?x=1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("unbounded_update_phase{phase=\"idle\"} 1\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfAnythingElse_IsNotFound()
    {
        using var answer = await _http.GetAsync(At("/"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        using var answer = await _http.PostAsync(At("/metrics"), new StringContent("x"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Any_OfGarbageAndOfClientsThatLeave_HarmsNobodyElse()
    {
        foreach (var garbage in new[] { "", "\r\n\r\n", "GET\r\n\r\n", new string('x', 20_000) })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(_server.Endpoint);
            try
            {
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(garbage));
            }
            catch (IOException)
            {
                // It has hung up already.
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(At("/metrics"))).StatusCode);
    }

    [Fact]
    public void Start_WhereAnotherListens_SaysSo() =>
        Assert.Equal(FrontDoorErrors.MetricsUnavailable, Assert.Throws<AgentException>(() => new MetricsServer(_server.Endpoint, _text, TimeProvider.System)).Code);

    [Fact]
    public async Task Daemon_ThatCantOfferMetrics_GoesOnWithout()
    {
        var root = Directory.CreateTempSubdirectory("unbounded-metrics-").FullName;
        try
        {
            var paths = new AgentPaths(AgentPaths.DefaultConfigFile, root);
            foreach (var place in new[] { null, "nonsense", _server.Endpoint.ToString() })
            {
                // A node is not left alone for its figures: none of these ends the daemon.
                await using var metrics = new DaemonMetrics(paths, place, "unbounded", TimeProvider.System, NullLogger<DaemonMetrics>.Instance);

                metrics.Instruments.Moved("fetch", 1);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private Uri At(string path) => new($"http://{_server.Endpoint}{path}");
}
