using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Images.Registry;

/// <summary>
/// Answers a registry that asks who we are (<c>WWW-Authenticate: Basic</c> or <c>Bearer</c>, distribution: token authentication), below whoever fetches from
/// it: one that goes on in the middle of a blob needs not know. Requests to anything else are not touched. What was answered is kept, and asked for anew when
/// it has expired. Requests that are sent a second time must have a body that can be.
/// </summary>
/// <param name="credentials">Who we are.</param>
/// <param name="inner">Sends.</param>
public sealed class RegistryAuthorization(RegistryCredentials credentials, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Api = "/v2/";
    private const int LargestAnswer = 256 * 1024;
    private static readonly string[] Asked = ["service", "scope"];
    private static readonly string[] Kinds = ["/manifests/", "/blobs/", "/tags/"];

    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _answers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var location = request.RequestUri!;
        if (!location.AbsolutePath.StartsWith(Api, StringComparison.Ordinal) || !IsSafe(location))
            return await base.SendAsync(request, cancellationToken);
        var key = KeyOf(request.Method, location);
        if (_answers.TryGetValue(key, out var known))
            request.Headers.Authorization = known;
        var response = await base.SendAsync(request, cancellationToken);
        // After a redirection somebody else asks: the registry's credentials are not for them.
        if (response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri != location)
            return response;
        if (await AnswerAsync(location, response.Headers.WwwAuthenticate, cancellationToken) is not { } answer)
            return response;
        response.Dispose();
        request.Headers.Authorization = _answers[key] = answer;
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<AuthenticationHeaderValue?> AnswerAsync(Uri location, IEnumerable<AuthenticationHeaderValue> challenges, CancellationToken stop)
    {
        foreach (var challenge in challenges)
        {
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && credentials.For(location.Authority) is { } basic)
                return basic;
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && await TokenAsync(location, challenge.Parameter ?? "", stop) is { } token)
                return new("Bearer", token);
        }

        return null;
    }

    private async Task<string?> TokenAsync(Uri registry, string parameters, CancellationToken stop)
    {
        var said = Parameters(parameters);
        if (!Uri.TryCreate(said.GetValueOrDefault("realm"), UriKind.Absolute, out var realm) || !IsSafe(realm))
            return null;
        var query = string.Join('&', Asked.Where(said.ContainsKey).Select(k => $"{k}={Uri.EscapeDataString(said[k])}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query }.Uri);
        request.Headers.Authorization = credentials.For(registry.Authority);
        using var response = await base.SendAsync(request, stop);
        if (!response.IsSuccessStatusCode)
            return null;
        var content = await BoundedBody.ReadAsync(response, LargestAnswer, stop);
        try
        {
            var answer = content is null ? null : StoredJson.Read(content, RegistryJson.Default.TokenAnswer);
            return answer?.Token ?? answer?.AccessToken;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // key="value" pairs; a comma may stand inside the quotes, as in a scope.
    private static Dictionary<string, string> Parameters(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = text[at..equals].Trim(' ', ',');
            var quoted = equals + 1 < text.Length && text[equals + 1] == '"';
            var begin = equals + (quoted ? 2 : 1);
            var end = text.IndexOf(quoted ? '"' : ',', begin);
            end = end < 0 ? text.Length : end;
            found.TryAdd(name, text[begin..end]);
            at = end + 1;
        }

        return found;
    }

    // A token is for one repository, and for reading or for writing.
    private static string KeyOf(HttpMethod method, Uri location)
    {
        var path = location.AbsolutePath;
        var end = Kinds.Select(m => path.LastIndexOf(m, StringComparison.Ordinal)).Max();
        var reads = method == HttpMethod.Get || method == HttpMethod.Head;
        return $"{(reads ? "read" : "write")} {location.Authority}{(end < 0 ? path : path[..end])}";
    }

    private static bool IsSafe(Uri location) => location.Scheme == Uri.UriSchemeHttps || (location.Scheme == Uri.UriSchemeHttp && location.IsLoopback);
}
