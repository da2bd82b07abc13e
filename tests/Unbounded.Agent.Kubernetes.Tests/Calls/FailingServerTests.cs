using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Kubernetes.Tests.StandIn;

namespace Unbounded.Agent.Kubernetes.Tests.Calls;

/// <summary>What the client makes of a server that is busy, breaks, lies or is not there.</summary>
public sealed class FailingServerTests : IAsyncLifetime
{
    private static readonly ResourcePath Map = new("v1", "configmaps", "default", "x");
    private static readonly byte[] Body = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}"""u8.ToArray();

    // Retries wait no longer than it takes to see that they wait.
    private readonly ClientOptions _quick = new() { FirstRetry = TimeSpan.FromMilliseconds(1) };
    private readonly List<KubernetesClient> _clients = [];
    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Get_OfABusyServer_IsTriedAgain(int code)
    {
        var client = Client(_quick);
        await client.CreateAsync(Map.Collection, Body, default);
        _server.Fail(code);
        _server.Fail(code);

        Assert.Equal("x", (await client.GetAsync(Map, default)).Meta.Name);
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task Get_OfAServerThatStaysBusy_EndsAfterItsTries()
    {
        var client = Client(_quick);
        for (var i = 0; i < 10; i++)
            _server.Fail(503, "overloaded");

        var error = await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.ServerBusy, error.Code);
        Assert.Equal(_quick.Tries, _server.Requests.Count);
    }

    [Fact]
    public async Task Call_WithAnAnswerThatAsksForALongPause_EndsAtOnce()
    {
        _server.Fail(429, retryAfter: "3600");

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.ServerBusy, error.Code);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task RetryAfter_BeatsTheClientsOwnPause()
    {
        // With its own pause the second try would come in a day.
        var client = Client(new ClientOptions { FirstRetry = TimeSpan.FromDays(1) });
        _server.Fail(429, retryAfter: "0");

        await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default)).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(2, _server.Requests.Count);
    }

    [Theory]
    [InlineData(500, null, 1)]
    [InlineData(503, "0", 2)]
    [InlineData(429, null, 2)]
    public async Task Create_IsRepeatedOnlyWhereNothingWasDone(int code, string? retryAfter, int requests)
    {
        _server.Fail(code, retryAfter: retryAfter);

        try
        {
            await Client(_quick).CreateAsync(Map.Collection, Body, default);
        }
        catch (AgentException e)
        {
            Assert.Equal(KubernetesErrors.ServerBusy, e.Code);
        }

        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task Get_OfAServerThatSaysNothing_EndsInTime()
    {
        var released = new TaskCompletionSource();
        _server.Fail(_ => released.Task);
        var client = Client(new ClientOptions { CallTimeout = TimeSpan.FromMilliseconds(200), Tries = 2, FirstRetry = TimeSpan.FromMilliseconds(1) });
        _server.Fail(_ => released.Task);

        var error = await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default)).WaitAsync(TimeSpan.FromSeconds(60));
        released.SetResult();

        Assert.Equal(KubernetesErrors.Unreachable, error.Code);
        Assert.Contains("no answer within", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfNobody_IsUnreachable()
    {
        // Bound, so that nobody else is given it, and never made to listen.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endpoint = _server.Admin with { Server = new Uri($"https://{nobody.LocalEndPoint}/") };

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick, endpoint).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.Unreachable, error.Code);
        Assert.Equal(ErrorKind.Transient, error.Code.Kind);
    }

    [Fact]
    public async Task Get_CancelledByTheCaller_IsNoErrorOfTheServer()
    {
        using var stop = new CancellationTokenSource();
        var released = new TaskCompletionSource();
        _server.Fail(async _ =>
        {
            await stop.CancelAsync();
            await released.Task;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(_quick).GetAsync(Map, stop.Token));
        released.SetResult();
    }

    [Theory]
    [InlineData("<html>a proxy's page</html>")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"metadata":{}}""")]
    public async Task Get_OfSomethingElse_IsUnreadable(string body)
    {
        _server.Fail(context => context.Response.WriteAsync(body));

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.AnswerUnreadable, error.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_OfAHugeObject_IsRefusedWithoutBeingRead(bool lengthIsTold)
    {
        const int Size = 64 << 20;
        long sent = 0;
        _server.Fail(async context =>
        {
            if (lengthIsTold)
                context.Response.ContentLength = Size;
            var part = Encoding.ASCII.GetBytes(new string(' ', 64 << 10));
            while (sent < Size && !context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
                sent += part.Length;
            }
        });

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick with { MaxObjectBytes = 1 << 20 }).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.AnswerTooLarge, error.Code);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Errors_NeverShowATokenThatTheServerRepeats()
    {
        _server.Fail(403, new JsonObject { ["kind"] = "Status", ["message"] = "no rights for abcdef.0123456789abcdef" }.ToJsonString());

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick).GetAsync(Map, default));

        Assert.DoesNotContain("0123456789abcdef", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WithACertificateForAnotherName_IsNotTrusted()
    {
        await using var other = await FakeApiServer.StartAsync("somewhere.example");

        var error = await Assert.ThrowsAsync<AgentException>(() => Client(_quick, other.Admin).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.Untrusted, error.Code);
        Assert.Contains("another name", error.Why, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Server_WithATlsServerName_IsVerifiedByThat()
    {
        await using var other = await FakeApiServer.StartAsync("somewhere.example");

        var error = await Assert.ThrowsAsync<AgentException>(
            () => Client(_quick, other.Admin with { TlsServerName = "somewhere.example" }).GetAsync(Map, default));

        Assert.Equal(KubernetesErrors.NotFound, error.Code);
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2.0", "HTTP/2")]
    public async Task HttpVersion_IsTheOneThatWasAskedFor(string version, string expected)
    {
        await Assert.ThrowsAsync<AgentException>(() => Client(_quick with { HttpVersion = Version.Parse(version) }).GetAsync(Map, default));

        Assert.Equal(expected, _server.LastProtocol);
    }

    [Fact]
    public async Task Certificate_ThatWasRotated_IsUsedFromTheNextCallOn()
    {
        var directory = Directory.CreateTempSubdirectory("unbounded-test-");
        try
        {
            var (certificate, key) = (Path.Combine(directory.FullName, "tls.crt"), Path.Combine(directory.FullName, "tls.key"));
            Write(_server.ClientCertificate("first"), certificate, key);
            using var credentials = CertificateCredentials.FromFiles(certificate, key);
            var client = Client(_quick, _server.Endpoint(credentials));
            await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default));
            var before = _server.LastClient;

            // Half of a rotation: certificate and key are no pair, and the pair before is still used.
            var next = _server.ClientCertificate("second and longer");
            Write((next.Certificate, File.ReadAllText(key)), certificate, key);
            await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default));
            var between = _server.LastClient;
            Write(next, certificate, key);
            await Assert.ThrowsAsync<AgentException>(() => client.GetAsync(Map, default));

            Assert.Equal(("first", "first", "second and longer"), (before, between, _server.LastClient));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        // The time of a file is coarse: a new one is told by its length, too.
        static void Write((string Certificate, string Key) pair, string certificate, string key)
        {
            File.WriteAllText(certificate, pair.Certificate);
            File.WriteAllText(key, pair.Key + "\n");
            File.SetLastWriteTimeUtc(key, File.GetLastWriteTimeUtc(key).AddSeconds(Random.Shared.Next(1, 100_000)));
        }
    }

    private KubernetesClient Client(ClientOptions options, ClusterEndpoint? endpoint = null)
    {
        var client = new KubernetesClient(endpoint ?? _server.Admin, options, TimeProvider.System);
        _clients.Add(client);
        return client;
    }
}
