using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Linux.Tests;
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
    public async Task Accept_WithoutAFreeDescriptor_IsTriedAgainAfterAPauseAndNotAtOnce()
    {
        var time = new ManualTime();
        var (tries, free) = (0, false);
        await using var server = new MetricsServer(new(IPAddress.Loopback, 0), _text, time, (listener, stop) =>
        {
            tries++;
            return Volatile.Read(ref free) ? listener.AcceptAsync(stop) : throw new SocketException((int)SocketError.TooManyOpenSockets);
        });
        for (var i = 1; i <= 3; i++)
        {
            await time.WhenArmedAsync(MetricsServer.Pause);
            Assert.Equal(i, tries);
            Volatile.Write(ref free, i == 3);
            time.Advance(MetricsServer.Pause);
        }

        using var answer = await _http.GetAsync(new Uri($"http://{server.Endpoint}/metrics"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Dispose_WhileNobodyCanBeLetIn_Ends()
    {
        var time = new ManualTime();
        var server = new MetricsServer(new(IPAddress.Loopback, 0), _text, time, static (_, _) => throw new SocketException((int)SocketError.TooManyOpenSockets));
        await time.WhenArmedAsync(MetricsServer.Pause);

        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Get_WhereAFigureCantBeHad_HasTheOthers()
    {
        using var instruments = new AgentInstruments(static () => throw new InvalidOperationException("planted"), new HostFigures());
        using var text = new PrometheusText("unbounded", instruments);
        await using var server = new MetricsServer(new(IPAddress.Loopback, 0), text, TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var page = await _http.GetStringAsync(new Uri($"http://{server.Endpoint}/metrics"));

            Assert.DoesNotContain("unbounded_update_phase{", page, StringComparison.Ordinal);
            Assert.Contains("\nunbounded_os_info{", page, StringComparison.Ordinal);
            Assert.Contains("\nunbounded_memory_total_bytes ", page, StringComparison.Ordinal);
            Assert.Matches("\nunbounded_metrics_failed [1-9]", page);
        }

        Assert.EndsWith("\nunbounded_metrics_failed 0\n", await _http.GetStringAsync(At("/metrics")), StringComparison.Ordinal);
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
