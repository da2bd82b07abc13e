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

    // Credentials before the host and a token in the query stay out of evidence.
    private string Shown => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var evidence = $"HTTP {(int)response.StatusCode} from {Shown}";
            return response.StatusCode == HttpStatusCode.OK ? CheckResult.Passed(evidence) : CheckResult.NotYet(evidence);
        }
        catch (HttpRequestException e)
        {
            return CheckResult.NotYet($"{Shown}: {e.HttpRequestError}");
        }
    }
}
