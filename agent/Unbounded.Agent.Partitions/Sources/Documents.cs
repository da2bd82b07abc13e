using System.Net;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>Small files, on this host or over HTTP, whole.</summary>
/// <param name="http">The client.</param>
/// <param name="time">The clock.</param>
/// <param name="silence">How long a server may take.</param>
internal sealed class Documents(HttpClient http, TimeProvider time, TimeSpan silence)
{
    /// <summary>The largest signature, bytes.</summary>
    public const int SignatureLimit = 16 * 1024;

    private const string SignatureEnding = ".sig";

    /// <summary>Reads the signature of a file. What stands in a query, a token say, is asked for both in the same way.</summary>
    public Task<byte[]> SignatureAsync(Uri location, CancellationToken cancellationToken) =>
        ReadAsync(new Uri($"{location.GetLeftPart(UriPartial.Path)}{SignatureEnding}{location.Query}"), SignatureLimit, cancellationToken);

    /// <summary>Reads a file.</summary>
    /// <exception cref="Core.Errors.AgentException">It is not there, or too large.</exception>
    public async Task<byte[]> ReadAsync(Uri location, int limit, CancellationToken cancellationToken)
    {
        if (location.IsFile)
            return await BoundedFile.ReadAsync(location.LocalPath, limit, cancellationToken);
        using var patience = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(location, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw HttpErrors.Answered(location, response.StatusCode);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var content = new byte[limit + 1];
            var length = await body.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, either.Token);
            return length <= limit ? content[..length] : throw HttpErrors.Refused(location, $"it is larger than {limit} bytes");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw HttpErrors.Failed(location, e.Message, e);
        }
    }
}
