using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Registry;

/// <summary>
/// Brings a blob into a repository (distribution specification, "Pushing a blob in chunks"): one that is there is not sent again, and what broke off goes on
/// where the registry says that it is, or from the beginning where it does not know any more.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="http">The client.</param>
/// <param name="time">The clock.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
public sealed class BlobUpload(RegistryClient client, HttpClient http, TimeProvider time, int chunkBytes = BlobUpload.ChunkBytes)
{
    /// <summary>Bytes of a chunk: the most that is sent in vain when a connection breaks, and what is held in memory.</summary>
    public const int ChunkBytes = 16 << 20;

    private const int Tries = 5;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private RegistryReference Repository => client.Repository;

    /// <summary>Brings a blob there.</summary>
    /// <param name="content">Its bytes; can seek.</param>
    /// <param name="digest">Their digest.</param>
    /// <param name="sent">Receives how many bytes are there.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether anything had to be sent.</returns>
    /// <exception cref="AgentException">The registry can't be reached, or refuses.</exception>
    public async Task<bool> SendAsync(Stream content, ContentDigest digest, Action<long> sent, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(digest, cancellationToken))
            return false;
        var buffer = new byte[(int)Math.Min(chunkBytes, content.Length)];
        var upload = await BeginAsync(cancellationToken);
        long at = 0;
        for (var tries = 0; at < content.Length;)
        {
            content.Position = at;
            var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (length == 0)
                throw RegistryFailure.Failed(Repository, What, "the file became shorter while it was sent", inner: null);
            if (await ChunkAsync(upload, buffer.AsMemory(0, length), at, cancellationToken) is { } next)
            {
                (upload, at, tries) = (next, at + length, 0);
                sent(at);
                continue;
            }

            if (++tries >= Tries)
                throw RegistryFailure.Failed(Repository, What, $"{Tries} times in a row nothing of it arrived", inner: null);
            await Task.Delay(FirstDelay * Math.Pow(2, tries - 1), time, cancellationToken);
            (upload, at) = await WhereAsync(upload, cancellationToken);
        }

        await EndAsync(upload, digest, cancellationToken);
        return true;
    }

    private string What => $"Sending a blob to {Repository.Repository}";

    private async Task<bool> IsThereAsync(ContentDigest digest, CancellationToken stop)
    {
        using var response = await client.SendAsync(
            $"Asking {Repository.Repository} for a blob", () => new(HttpMethod.Head, Repository.Blob(digest)), stop, HttpStatusCode.OK, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<Uri> BeginAsync(CancellationToken stop)
    {
        var begin = new Uri(Repository.Endpoint, "blobs/uploads/");
        using var response = await client.SendAsync(What, () => new(HttpMethod.Post, begin), stop, HttpStatusCode.Accepted);
        return LocationOf(begin, response) ?? throw RegistryFailure.Nonsense(Repository, "it names no place to send a blob to");
    }

    // Where the next chunk goes; null when this one has to be sent again.
    private async Task<Uri?> ChunkAsync(Uri upload, ReadOnlyMemory<byte> chunk, long at, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ReadOnlyMemoryContent(chunk) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        // The specification's form has no unit before the range.
        request.Content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{at}-{at + chunk.Length - 1}"));
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Created or HttpStatusCode.NoContent)
                return LocationOf(upload, response) ?? upload;
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? throw RegistryFailure.Answered(Repository, What, response.StatusCode)
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<(Uri Upload, long At)> WhereAsync(Uri upload, CancellationToken stop)
    {
        using var response = await client.SendAsync(
            What, () => new(HttpMethod.Get, upload), stop, HttpStatusCode.NoContent, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        var said = response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.OK && response.Headers.TryGetValues("Range", out var ranges) ? ranges.First() : null;
        // A registry says 0-0 for nothing at all, too; a chunk's first byte alone never arrives.
        if (said is not null && long.TryParse(said.Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            return (LocationOf(upload, response) ?? upload, last == 0 ? 0 : last + 1);
        return (await BeginAsync(stop), 0);
    }

    private async Task EndAsync(Uri upload, ContentDigest digest, CancellationToken stop)
    {
        var end = new UriBuilder(upload);
        end.Query = $"{end.Query.TrimStart('?')}{(end.Query.Length > 1 ? "&" : "")}digest={Uri.EscapeDataString(digest.ToString())}";
        using var response = await client.SendAsync(What, () => new(HttpMethod.Put, end.Uri) { Content = new ByteArrayContent([]) }, stop, HttpStatusCode.Created, HttpStatusCode.NoContent);
    }

    // Where to send is the registry's to say, but not to whom in the clear.
    private static Uri? LocationOf(Uri asked, HttpResponseMessage response) =>
        response.Headers.Location is { } location && new Uri(asked, location) is var absolute && (absolute.Scheme == Uri.UriSchemeHttps || absolute.IsLoopback) ? absolute : null;
}
