using System.Net;
using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Linux.Verification;

/// <summary>The operator's own URL answers 200.</summary>
/// <param name="http">The client; it follows no redirect to another host than the operator named.</param>
/// <param name="url">The URL.</param>
public sealed class UrlCheck(HttpClient http, Uri url) : ICheck
{
    /// <inheritdoc/>
    public string Name => "operator-url";

    /// <inheritdoc/>
    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var evidence = $"HTTP {(int)response.StatusCode} from {url.GetLeftPart(UriPartial.Path)}";
            return response.StatusCode == HttpStatusCode.OK ? CheckResult.Passed(evidence) : CheckResult.NotYet(evidence);
        }
        catch (HttpRequestException e)
        {
            return CheckResult.NotYet($"{url.GetLeftPart(UriPartial.Path)}: {e.HttpRequestError}");
        }
    }
}
