using System.Net;
using Unbounded.Agent.Linux.Sockets;
using Unbounded.Agent.Linux.Tests.Files;
using Unbounded.Agent.Linux.Tests.Support;

namespace Unbounded.Agent.Linux.Tests.Sockets;

[Collection(Alone.Name)]
public sealed class UnixHttpTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private readonly TempDirectory _directory = new();
    private readonly IWebProxy _proxy = HttpClient.DefaultProxy;

    public void Dispose()
    {
        HttpClient.DefaultProxy = _proxy;
        _directory.Dispose();
    }

    [Fact]
    public async Task Client_Request_GoesToTheSocket()
    {
        await using var server = new OneAnswerServer(_directory.File("s"), Ok);
        using var client = UnixHttp.Client(_directory.File("s"), HttpVersion.Version11);

        Assert.Equal("ok", await client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        Assert.StartsWith("GET /healthz HTTP/1.1\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ProxyInTheEnvironment_IsNotUsed()
    {
        HttpClient.DefaultProxy = new WebProxy("http://192.0.2.1:3128");
        await using var server = new OneAnswerServer(_directory.File("s"), Ok);
        using var client = UnixHttp.Client(_directory.File("s"), HttpVersion.Version11);

        await client.GetStringAsync(new Uri("/x", UriKind.Relative));

        Assert.StartsWith("GET /x HTTP/1.1\r\n", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_Redirect_IsNotFollowed()
    {
        await using var server = new OneAnswerServer(_directory.File("s"), "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var client = UnixHttp.Client(_directory.File("s"), HttpVersion.Version11);

        using var response = await client.GetAsync(new Uri("/here", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Client_NoSocket_FailsAtOnce()
    {
        using var client = UnixHttp.Client(_directory.File("none"), HttpVersion.Version11);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task Client_ServerThatSpeaksGarbage_FailsAsAnHttpError()
    {
        await using var server = new OneAnswerServer(_directory.File("s"), "\0\0\0garbage\r\n\r\n");
        using var client = UnixHttp.Client(_directory.File("s"), HttpVersion.Version11);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public void Client_Version20_AsksForNothingElse()
    {
        using var client = UnixHttp.Client("/s", HttpVersion.Version20);

        Assert.Equal(HttpVersion.Version20, client.DefaultRequestVersion);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, client.DefaultVersionPolicy);
    }
}
