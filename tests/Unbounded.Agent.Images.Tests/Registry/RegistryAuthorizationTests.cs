using System.Net;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Registry;
using Unbounded.Agent.Images.Tests.Support;

namespace Unbounded.Agent.Images.Tests.Registry;

public sealed class RegistryAuthorizationTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public RegistryAuthorizationTests() => File.WriteAllText(_file, "{}");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Send_ToARealRegistryThatAsks_IsAnsweredFromWhatDockerLoginWrote()
    {
        using var registry = new RealRegistry(asks: true);
        Login(registry.Host, $"{RealRegistry.User}:{RealRegistry.Password}");
        using var http = new HttpClient(new RegistryAuthorization(new(_file), new SocketsHttpHandler()));

        using var answer = await http.GetAsync(new Uri($"http://{registry.Host}/v2/"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("pusher:wrong")]
    [InlineData(null)]
    public async Task Send_ToARealRegistryThatDoesNotLetUs_IsDenied(string? pair)
    {
        using var registry = new RealRegistry(asks: true);
        if (pair is null)
            File.Delete(_file);
        else
            Login(registry.Host, pair);
        using var http = new HttpClient(new RegistryAuthorization(new(_file), new SocketsHttpHandler()));
        var client = new RegistryClient(http, new(registry.Host, "os"), new InstantTime());

        var error = await Assert.ThrowsAsync<AgentException>(() => client.TryManifestAsync("1", CancellationToken.None));

        Assert.Equal(ImageErrors.RegistryDenied, error.Code);
    }

    [Fact]
    public async Task Send_ToARegistryWithTokens_FetchesOneAndKeepsIt()
    {
        Login("registry.example", "me:pass");
        var wire = new Wire();
        using var http = Client(wire);

        using var first = await http.GetAsync(new Uri("https://registry.example/v2/os/manifests/1"));
        using var second = await http.GetAsync(new Uri("https://registry.example/v2/os/tags/list"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(
            [
                "registry.example/v2/os/manifests/1 -",
                $"tokens.example/get?service=registry.example&scope=repository%3Aos%3Apull%2Cpush Basic {Pair("me:pass")}",
                "registry.example/v2/os/manifests/1 Bearer t1",
                "registry.example/v2/os/tags/list Bearer t1",
            ],
            wire.Seen);
    }

    [Fact]
    public async Task Send_WithATokenThatExpired_FetchesAnother()
    {
        var wire = new Wire();
        using var http = Client(wire);
        using var first = await http.GetAsync(new Uri("https://registry.example/v2/os/manifests/1"));
        wire.Token = "t2";

        using var second = await http.PostAsync(new Uri("https://registry.example/v2/os/blobs/uploads/"), new ByteArrayContent([1]));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.EndsWith("Bearer t2", wire.Seen[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Send_OnTheCallersThread_IsAnsweredToo()
    {
        using var http = Client(new Wire());
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://registry.example/v2/os/blobs/sha256:1");

        using var answer = http.Send(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://tokens.example/get")]
    [InlineData("nonsense")]
    public async Task Law16_CredentialsAndTokens_AreNotAskedForInTheClear(string realm)
    {
        Login("registry.example", "me:pass");
        var wire = new Wire { Realm = realm };
        using var http = Client(wire);

        using var answer = await http.GetAsync(new Uri("https://registry.example/v2/os/manifests/1"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single(wire.Seen);
    }

    [Fact]
    public async Task Law16_WhoAsksAfterARedirection_GetsNoCredentials()
    {
        Login("registry.example", "me:pass");
        var wire = new Wire { RedirectsTo = new("https://elsewhere.example/v2/os/manifests/1") };
        using var http = Client(wire);

        using var answer = await http.GetAsync(new Uri("https://registry.example/v2/os/manifests/1"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain(wire.Seen, s => s.Contains("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_ToWhatIsNoRegistry_IsLeftAlone()
    {
        var wire = new Wire();
        using var http = Client(wire);

        using var answer = await http.GetAsync(new Uri("https://registry.example/index.json"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single(wire.Seen);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("""{"auths":{"registry.example":{"auth":"!!"}}}""")]
    public async Task Law16_AFileOfPasswordsThatIsDamaged_IsNotQuoted(string content)
    {
        await File.WriteAllTextAsync(_file, content);
        using var http = Client(new Wire());

        var error = await Assert.ThrowsAsync<AgentException>(() => http.GetAsync(new Uri("https://registry.example/v2/os/manifests/1")));

        Assert.Equal(ImageErrors.RegistryDenied, error.Code);
        Assert.DoesNotContain(content, error.ToString(), StringComparison.Ordinal);
    }

    private HttpClient Client(Wire wire) => new(new RegistryAuthorization(new(_file), wire));

    private void Login(string host, string pair) => File.WriteAllText(_file, $$"""{"auths":{"https://{{host}}/v1/":{"auth":"{{Pair(pair)}}"} } }""");

    private static string Pair(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A registry that takes tokens of another host.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public List<string> Seen { get; } = [];

        public string Token { get; set; } = "t1";

        public string Realm { get; init; } = "https://tokens.example/get";

        public Uri? RedirectsTo { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var location = request.RequestUri!;
            Seen.Add($"{location.Host}{location.PathAndQuery} {request.Headers.Authorization?.ToString() ?? "-"}");
            if (location.Host == "tokens.example")
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"token":"{{Token}}"}""") });
            if (request.Headers.Authorization?.ToString() == $"Bearer {Token}")
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
            // As the framework does it on its way through a redirection.
            request.RequestUri = RedirectsTo ?? location;
            var response = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", $"Bearer realm=\"{Realm}\",service=\"registry.example\",scope=\"repository:os:pull,push\"");
            return Task.FromResult(response);
        }
    }
}
