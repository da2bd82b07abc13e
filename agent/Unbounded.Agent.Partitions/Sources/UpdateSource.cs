using System.Net;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Adaptive.Fetching;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>Reads an index, and opens images, on this host or over HTTP.</summary>
/// <param name="http">The client. Its handler follows redirects as configured; an image's bytes are verified, whoever sends them.</param>
/// <param name="time">The clock.</param>
public sealed class UpdateSource(HttpClient http, TimeProvider time) : IImageOpener, IRangeOpener
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private const string IndexName = "index.json";
    private const int SignatureLimit = 16 * 1024;
    private const int KeyLimit = 64 * 1024;

    /// <summary>Reads the index that the settings name, and verifies its signature.</summary>
    /// <returns>The index and its own location.</returns>
    /// <exception cref="AgentException">It is not there, not trusted, or not valid.</exception>
    public async Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings, CancellationToken cancellationToken)
    {
        var location = LocationOf(settings);
        var content = await FetchAsync(location, UpdateIndex.LimitBytes, cancellationToken);
        if (settings.PublicKey is { } keyFile)
        {
            var key = Encoding.ASCII.GetString(await BoundedFile.ReadAsync(keyFile, KeyLimit, cancellationToken));
            var signature = await FetchAsync(new Uri(location.AbsoluteUri + ".sig"), SignatureLimit, cancellationToken);
            IndexSignature.Demand(content, signature, key, location);
        }

        return (UpdateIndex.Parse(location, content), location);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Uri location, CancellationToken cancellationToken) => location.IsFile
        ? Task.FromResult<Stream>(new LocalImage(location.LocalPath, cancellationToken))
        : Task.Run<Stream>(
            () =>
            {
                var stream = new ResumingHttpStream(http, location, time, Silence, cancellationToken);
                stream.Begin();
                return stream;
            },
            cancellationToken);

    /// <inheritdoc/>
    IRangeSource IRangeOpener.Ranges(Uri location) =>
        location.IsFile ? new LocalRanges(location) : new HttpRanges(http, location, time, Silence);

    private static Uri LocationOf(UpdateSettings settings)
    {
        if (settings.Server is null)
            throw Setting("no server is configured", $"Set server in {UpdateSettings.DefaultFile}, or give --server");
        if (!Uri.TryCreate(settings.Server, UriKind.Absolute, out var uri) || uri.Scheme is not ("file" or "http" or "https"))
            throw Setting($"'{settings.Server}' is no file, http or https URL", "Correct server");
        if (!uri.IsFile && settings.PublicKey is null)
            throw Setting("the index comes from another host, and no key says whom to trust", "Set pubkey to the public key that it is signed with");
        return uri.AbsolutePath.EndsWith('/') ? new Uri(uri, IndexName) : uri;
    }

    private async Task<byte[]> FetchAsync(Uri location, int limit, CancellationToken cancellationToken)
    {
        if (location.IsFile)
            return await BoundedFile.ReadAsync(location.LocalPath, limit, cancellationToken);
        using var patience = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(location, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw HttpErrors.Answered(location, response.StatusCode);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var content = new byte[limit + 1];
            var length = await body.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, either.Token);
            return length <= limit ? content[..length] : throw HttpErrors.Failed(location, $"it is larger than {limit} bytes", inner: null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw HttpErrors.Failed(location, e.Message, e);
        }
    }

    private static AgentException Setting(string why, string next) =>
        new(PartitionsErrors.SettingsInvalid, "It is not known where updates come from", why, next);
}
