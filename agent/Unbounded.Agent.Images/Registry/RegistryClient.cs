using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Registry;

/// <summary>
/// One repository of a registry (OCI distribution specification 1.1): manifests and tags. Nothing is believed before its digest fits; what breaks off for a
/// moment is tried again.
/// </summary>
/// <param name="http">The client; <see cref="RegistryAuthorization"/> below it answers a registry that asks who we are.</param>
/// <param name="repository">The repository.</param>
/// <param name="time">The clock.</param>
public sealed class RegistryClient(HttpClient http, RegistryReference repository, TimeProvider time)
{
    /// <summary>Media type of a manifest.</summary>
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Largest manifest that is read or written, bytes: registries' own limit.</summary>
    public const int LargestManifest = 4 << 20;

    private const int TagsPerPage = 100;
    private const int Tries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The repository.</summary>
    public RegistryReference Repository => repository;

    /// <summary>Reads a manifest.</summary>
    /// <param name="reference">A tag, or a digest, which its bytes then have.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null when the registry has none.</returns>
    /// <exception cref="AgentException">The registry can't be reached, refuses, or sends something else.</exception>
    public async Task<RegistryManifest?> TryManifestAsync(string reference, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            $"Reading {reference} of {repository.Repository}",
            () => new(HttpMethod.Get, new Uri(repository.Endpoint, $"manifests/{reference}")) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue(ManifestType) } } },
            cancellationToken,
            HttpStatusCode.OK,
            HttpStatusCode.NotFound);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        var content = await BodyAsync(response, cancellationToken);
        var digest = ContentDigest.FromHex(Convert.ToHexStringLower(SHA256.HashData(content)))!;
        return ContentDigest.TryParse(reference) is { } wanted && wanted != digest
            ? throw RegistryFailure.Nonsense(repository, $"the manifest {wanted} was asked for, and what came has the digest {digest}")
            : new(content, digest);
    }

    /// <summary>Lists tags, in the registry's order.</summary>
    /// <param name="most">No more than these are read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">The registry can't be reached, refuses, or sends something else.</exception>
    public async Task<IReadOnlyList<string>> TagsAsync(int most, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        for (Uri? page = new(repository.Endpoint, $"tags/list?n={TagsPerPage}"); page is not null && tags.Count < most;)
        {
            var at = page;
            using var response = await SendAsync($"Listing the tags of {repository.Repository}", () => new(HttpMethod.Get, at), cancellationToken, HttpStatusCode.OK);
            var before = tags.Count;
            tags.AddRange((Parse(await BodyAsync(response, cancellationToken)).Tags ?? []).OfType<string>().Where(RegistryReference.IsTag));
            page = tags.Count > before ? Next(at, response) : null;
        }

        return tags.Count <= most ? tags : tags[..most];
    }

    /// <summary>Stores a manifest whose blobs are there.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AgentException">The registry can't be reached, or refuses.</exception>
    public async Task PutManifestAsync(ReadOnlyMemory<byte> content, string tag, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            $"Publishing {repository.Repository}:{tag}",
            () => new(HttpMethod.Put, new Uri(repository.Endpoint, $"manifests/{tag}"))
            {
                Content = new ReadOnlyMemoryContent(content) { Headers = { ContentType = new(ManifestType) } },
            },
            cancellationToken,
            HttpStatusCode.Created,
            HttpStatusCode.OK);
    }

    /// <summary>Sends a request until it is answered with something that does not pass by itself.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        string what, Func<HttpRequestMessage> request, CancellationToken cancellationToken, params IReadOnlyList<HttpStatusCode> expected)
    {
        for (var tries = 1; ; tries++)
        {
            using var sent = request();
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            string why;
            Exception? reason = null;
            try
            {
                var response = await http.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (expected.Contains(response.StatusCode))
                    return response;
                using (response)
                {
                    if ((int)response.StatusCode < 500 && response.StatusCode != HttpStatusCode.TooManyRequests)
                        throw RegistryFailure.Answered(repository, what, response.StatusCode);
                    why = string.Create(CultureInfo.InvariantCulture, $"the registry answers {(int)response.StatusCode}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                (why, reason) = (e.Message, e);
            }

            if (tries >= Tries)
                throw RegistryFailure.Failed(repository, what, why, reason);
            await Task.Delay(FirstDelay * Math.Pow(2, tries - 1), time, cancellationToken);
        }
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedBody.ReadAsync(response, LargestManifest, cancellationToken)
                ?? throw RegistryFailure.Nonsense(repository, $"an answer is larger than {LargestManifest} bytes");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw RegistryFailure.Failed(repository, $"Reading from {repository.Repository}", e.Message, e);
        }
    }

    private TagList Parse(byte[] content)
    {
        try
        {
            return StoredJson.Read(content, RegistryJson.Default.TagList);
        }
        catch (JsonException e)
        {
            throw RegistryFailure.Nonsense(repository, $"its list of tags is none: {e.Message}", e);
        }
    }

    // RFC 8288, as the distribution specification uses it: <URL>; rel="next". Never to another host.
    private static Uri? Next(Uri page, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links) || links.FirstOrDefault(l => l.Contains("next", StringComparison.Ordinal)) is not { } link)
            return null;
        var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        return open >= 0 && close > open && Uri.TryCreate(page, link[(open + 1)..close], out var next)
            && Uri.Compare(next, page, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0 ? next : null;
    }
}
