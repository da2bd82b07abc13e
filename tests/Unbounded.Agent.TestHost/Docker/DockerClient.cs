using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.TestHost.Docker;

/// <summary>The Docker Engine API (version 1.41, which Docker 20.10 and podman 4.3 share) over the engine's unix socket.</summary>
public sealed class DockerClient : IDisposable
{
    private const string Version = "/v1.41";
    private readonly HttpClient _http;

    /// <summary>Opens no connection yet.</summary>
    public DockerClient(DockerEndpoint endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.SocketPath), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        // an exec or a stop lasts as long as it lasts: callers bound it with their token
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>GET, the answer as JSON.</summary>
    public Task<JsonNode?> GetAsync(string path, CancellationToken cancellation)
        => JsonAsync(HttpMethod.Get, path, content: null, cancellation);

    /// <summary>POST, the answer as JSON, if there is one. 304 (already so) is success.</summary>
    public Task<JsonNode?> PostAsync(string path, JsonNode? body, CancellationToken cancellation)
        => JsonAsync(HttpMethod.Post, path, Json(body), cancellation);

    /// <summary>DELETE. 404 (already gone) and 409 (somebody else is at it) are success.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await JsonAsync(HttpMethod.Delete, path, content: null, cancellation);
        }
        catch (DockerApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
        }
    }

    /// <summary>PUT of a tar archive.</summary>
    public async Task PutTarAsync(string path, Stream tar, CancellationToken cancellation)
    {
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        await JsonAsync(HttpMethod.Put, path, content, cancellation);
    }

    /// <summary>Opens an answer that is read as it comes; the caller disposes of it.</summary>
    public async Task<Stream> StreamAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, Version + path) { Content = Json(body) };
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        try
        {
            await ThrowUnlessSuccessAsync(response, cancellation);
            return await response.Content.ReadAsStreamAsync(cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<JsonNode?> JsonAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, Version + path) { Content = content };
        using var response = await _http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        await ThrowUnlessSuccessAsync(response, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        return text.Length == 0 || response.Content.Headers.ContentType?.MediaType != "application/json" ? null : JsonNode.Parse(text);
    }

    private static async Task ThrowUnlessSuccessAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
            return;
        var request = response.RequestMessage!;
        var text = await response.Content.ReadAsStringAsync(cancellation);
        throw new DockerApiException(
            response.StatusCode, $"{request.Method} {request.RequestUri!.PathAndQuery}: {(int)response.StatusCode} {text.Trim()}");
    }

    // sent with its length: podman 4.3 does not read a chunked body when it starts an exec
    private static StringContent? Json(JsonNode? body)
        => body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
}
